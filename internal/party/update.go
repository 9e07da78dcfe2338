package party

import (
	"slices"
	"strings"
	"time"
)

// FieldChange is one difference between what is known and what is said now.
type FieldChange struct {
	Field    string
	From, To string // From is "" where something was only added, To where it was taken away
	Of       string // the name or product that the field belongs to, where the field is of one of several
}

// changes collects differences of one record.
type changes []FieldChange

// text replaces a value where something else is said. What is not said stays.
func text[T ~string](c *changes, field string, old *T, said T) {
	if said != "" && said != *old {
		*c = append(*c, FieldChange{Field: field, From: string(*old), To: string(said)})
		*old = said
	}
}

// union adds what a list lacks. The receiver's array is never written to.
func union[T ~string](c *changes, field string, old *[]T, said []T, same func(a, b T) bool) {
	for _, s := range said {
		if s != "" && !slices.ContainsFunc(*old, func(o T) bool { return same(o, s) }) {
			*old = append(slices.Clip(*old), s)
			*c = append(*c, FieldChange{Field: field, To: string(s)})
		}
	}
}

func equal[T comparable](a, b T) bool { return a == b }

func foldEqual(a, b string) bool { return strings.EqualFold(a, b) }

// Updated gives the organisation with what is said of it now, and each
// difference. Nothing is ever taken away: lists grow, and only what is said
// replaces a single value. The name to show is the first that is said.
func (o Organisation) Updated(said Organisation) (Organisation, []FieldChange) {
	var c changes
	o.Names = updatedNames(&c, o.Names, said.Names)
	union(&c, "kinds", &o.Kinds, said.Kinds, equal)
	text(&c, "tier", &o.Tier, said.Tier)
	text(&c, "parent", &o.Parent, said.Parent)
	union(&c, "domains", &o.Domains, said.Domains, foldEqual)
	union(&c, "cpes", &o.CPEs, said.CPEs, foldEqual)
	union(&c, "purls", &o.PURLs, said.PURLs, equal)
	o.Products = updatedProducts(&c, o.Products, said.Products)
	text(&c, "sector", &o.Sector, said.Sector)
	union(&c, "sectors", &o.Sectors, said.Sectors, equal)
	text(&c, "country", &o.Country, said.Country)
	o.Languages = updatedLanguages(&c, o.Languages, said.Languages)
	text(&c, "zone", &o.Zone, said.Zone)
	text(&c, "calendar", &o.Calendar, said.Calendar)
	if said.Listed && !o.Listed {
		c = append(c, FieldChange{Field: "listed", To: "yes"})
		o.Listed = true
	}
	if said.Confirmed.After(o.Confirmed) {
		c = append(c, FieldChange{Field: "confirmed", To: said.Confirmed.Format(time.DateOnly)})
		o.Confirmed = said.Confirmed
	}
	text(&c, "source", &o.Source, said.Source)
	return o, c
}

func updatedNames(c *changes, old, said []Name) []Name {
	names := slices.Clone(old)
	for i, s := range said {
		at := slices.IndexFunc(names, func(n Name) bool { return n.Text == s.Text })
		if at < 0 {
			if s.Kind == "" {
				s.Kind = Official
			}
			names, at = append(names, s), len(names)
			*c = append(*c, FieldChange{Field: "names", To: s.Text})
		}
		text(c, "kind of the name "+s.Text, &names[at].Kind, s.Kind)
		text(c, "language of the name "+s.Text, &names[at].Lang, s.Lang)
		if i == 0 && at > 0 {
			*c = append(*c, FieldChange{Field: "name", From: names[0].Text, To: s.Text})
			first := names[at]
			names = slices.Insert(slices.Delete(names, at, at+1), 0, first)
		}
	}
	return names
}

// updatedLanguages puts what is said first: the first language is the one that
// letters are written in.
func updatedLanguages(c *changes, old, said []string) []string {
	next := slices.Clone(said)
	for _, l := range old {
		if !slices.Contains(next, l) {
			next = append(next, l)
		}
	}
	if !slices.Equal(next, old) {
		*c = append(*c, FieldChange{Field: "languages", From: strings.Join(old, ", "), To: strings.Join(next, ", ")})
	}
	return next
}

func updatedProducts(c *changes, old, said []Product) []Product {
	products := slices.Clone(old)
	for _, s := range said {
		at := slices.IndexFunc(products, func(p Product) bool { return s.ID != "" && p.ID == s.ID })
		if at < 0 {
			at = slices.IndexFunc(products, func(p Product) bool { return p.Name == s.Name })
		}
		if at < 0 {
			products = append(products, s)
			*c = append(*c, FieldChange{Field: "products", To: s.Name})
			continue
		}
		p := &products[at]
		text(c, "name of the product "+p.Name, &p.Name, s.Name)
		union(c, "versions of "+p.Name, &p.Versions, s.Versions, equal)
		text(c, "CPE of "+p.Name, &p.CPE, s.CPE)
		text(c, "package URL of "+p.Name, &p.PURL, s.PURL)
	}
	return products
}

// Updated gives the contact with what is said of it now, and each difference.
func (k Contact) Updated(said Contact) (Contact, []FieldChange) {
	var c changes
	text(&c, "name", &k.Name, said.Name)
	text(&c, "mail", &k.Mail, said.Mail)
	text(&c, "phone", &k.Phone, said.Phone)
	text(&c, "post", &k.Post, said.Post)
	text(&c, "lang", &k.Lang, said.Lang)
	text(&c, "duty", &k.Duty, said.Duty)
	if said.Key != "" && strings.TrimSpace(said.Key) != strings.TrimSpace(k.Key) {
		c = append(c, FieldChange{Field: "key", To: "another key"})
		k.Key, k.KeyEnds = said.Key, said.KeyEnds
	}
	if said.Cert != "" && strings.TrimSpace(said.Cert) != strings.TrimSpace(k.Cert) {
		c = append(c, FieldChange{Field: "cert", To: "another certificate"})
		k.Cert, k.CertEnds = said.Cert, said.CertEnds
	}
	if said.Verified.After(k.Verified) {
		c = append(c, FieldChange{Field: "verified", To: said.Verified.Format(time.DateOnly)})
		k = k.Proved(said.Verified, said.How)
	}
	return k, c
}
