package registry

import (
	"errors"
	"slices"
	"strings"
	"time"

	"nakodo/internal/party"
)

// row is one line of a spreadsheet: an organisation, one contact, one product.
type row struct {
	name    string
	org     party.Organisation
	contact party.Contact
	product party.Product
}

type part int

const (
	ofOrganisation part = iota
	ofContact
	ofProduct
)

// column is one column of the file.
type column struct {
	name string
	part part
	get  func(row) string
	set  func(*row, string) error
}

// columns lists all, in the order in which they are written.
func columns() []column {
	org, con, pro := ofOrganisation, ofContact, ofProduct
	return []column{
		text("id", org, func(r *row) *party.OrgID { return &r.org.ID }),
		{"name", org, func(r row) string { return r.org.Name() }, func(r *row, s string) error { r.name = s; return nil }},
		{"names", org, func(r row) string { return join(annotated(r.org.Names)) }, setNames},
		list("kinds", org, func(r *row) *[]party.OrgKind { return &r.org.Kinds }),
		text("tier", org, func(r *row) *party.Tier { return &r.org.Tier }),
		text("parent", org, func(r *row) *party.OrgID { return &r.org.Parent }),
		list("domains", org, func(r *row) *[]string { return &r.org.Domains }),
		list("cpes", org, func(r *row) *[]string { return &r.org.CPEs }),
		list("purls", org, func(r *row) *[]string { return &r.org.PURLs }),
		text("sector", org, func(r *row) *string { return &r.org.Sector }),
		list("sectors", org, func(r *row) *[]string { return &r.org.Sectors }),
		text("country", org, func(r *row) *string { return &r.org.Country }),
		list("languages", org, func(r *row) *[]string { return &r.org.Languages }),
		text("zone", org, func(r *row) *string { return &r.org.Zone }),
		text("calendar", org, func(r *row) *party.Calendar { return &r.org.Calendar }),
		truth("listed", org, func(r *row) *bool { return &r.org.Listed }),
		moment("confirmed", org, func(r *row) *time.Time { return &r.org.Confirmed }),
		text("source", org, func(r *row) *string { return &r.org.Source }),
		moment("created", org, func(r *row) *time.Time { return &r.org.Created }),
		text("contact_id", con, func(r *row) *party.PersonID { return &r.contact.ID }),
		text("contact", con, func(r *row) *string { return &r.contact.Name }),
		truth("contact_is_role", con, func(r *row) *bool { return &r.contact.Role }),
		text("contact_mail", con, func(r *row) *string { return &r.contact.Mail }),
		text("contact_phone", con, func(r *row) *string { return &r.contact.Phone }),
		text("contact_post", con, func(r *row) *string { return &r.contact.Post }),
		text("contact_lang", con, func(r *row) *string { return &r.contact.Lang }),
		text("contact_duty", con, func(r *row) *party.Duty { return &r.contact.Duty }),
		text("contact_key", con, func(r *row) *string { return &r.contact.Key }),
		text("contact_cert", con, func(r *row) *string { return &r.contact.Cert }),
		moment("contact_verified", con, func(r *row) *time.Time { return &r.contact.Verified }),
		text("contact_how", con, func(r *row) *string { return &r.contact.How }),
		moment("contact_bounced", con, func(r *row) *time.Time { return &r.contact.Bounced }),
		text("product_id", pro, func(r *row) *string { return &r.product.ID }),
		text("product", pro, func(r *row) *string { return &r.product.Name }),
		list("product_versions", pro, func(r *row) *[]string { return &r.product.Versions }),
		text("product_cpe", pro, func(r *row) *string { return &r.product.CPE }),
		text("product_purl", pro, func(r *row) *string { return &r.product.PURL }),
	}
}

func text[T ~string](name string, p part, field func(*row) *T) column {
	return column{name, p, func(r row) string { return string(*field(&r)) }, func(r *row, s string) error { *field(r) = T(s); return nil }}
}

func list[T ~string](name string, p part, field func(*row) *[]T) column {
	get := func(r row) string {
		var items []string
		for _, v := range *field(&r) {
			items = append(items, string(v))
		}
		return join(items)
	}
	return column{name, p, get, func(r *row, s string) error {
		for _, item := range cut(s) {
			*field(r) = append(*field(r), T(item))
		}
		return nil
	}}
}

func moment(name string, p part, field func(*row) *time.Time) column {
	get := func(r row) string {
		if field(&r).IsZero() {
			return ""
		}
		return field(&r).UTC().Format(time.RFC3339Nano)
	}
	return column{name, p, get, func(r *row, s string) error {
		for _, layout := range []string{time.RFC3339Nano, time.DateOnly} {
			if t, err := time.Parse(layout, s); err == nil {
				*field(r) = t.UTC()
				return nil
			}
		}
		return errors.New("write a day as 2026-11-22, or a moment as 2026-11-22T09:00:00Z")
	}}
}

func truth(name string, p part, field func(*row) *bool) column {
	get := func(r row) string {
		if *field(&r) {
			return "yes"
		}
		return ""
	}
	return column{name, p, get, func(r *row, s string) error {
		switch strings.ToLower(s) {
		case "yes", "true", "1":
			*field(r) = true
		case "no", "false", "0":
		default:
			return errors.New("write yes or no")
		}
		return nil
	}}
}

// annotated writes names with their kind and language: "Acme {former en}".
func annotated(names []party.Name) []string {
	var out []string
	for _, n := range names {
		out = append(out, n.Text+" {"+strings.TrimSpace(string(n.Kind)+" "+n.Lang)+"}")
	}
	return out
}

func setNames(r *row, s string) error {
	for _, item := range cut(s) {
		n := party.Name{Text: item}
		if at := strings.LastIndex(item, "{"); at > 0 && strings.HasSuffix(item, "}") {
			n.Text = strings.TrimSpace(item[:at])
			for _, word := range strings.Fields(item[at+1 : len(item)-1]) {
				if kind := party.NameKind(word); slices.Contains([]party.NameKind{party.Official, party.Alias, party.Former}, kind) {
					n.Kind = kind
				} else {
					n.Lang = word
				}
			}
		}
		r.org.Names = append(r.org.Names, n)
	}
	return nil
}

// join writes a list into one cell; a bar within an item gets a backslash.
func join(items []string) string {
	escape := strings.NewReplacer(`\`, `\\`, `|`, `\|`)
	var out []string
	for _, item := range items {
		out = append(out, escape.Replace(item))
	}
	return strings.Join(out, "|")
}

// cut reads such a list. Items are trimmed, empty ones left out.
func cut(cell string) []string {
	var items []string
	var b strings.Builder
	end := func() {
		if item := strings.TrimSpace(b.String()); item != "" {
			items = append(items, item)
		}
		b.Reset()
	}
	escaped := false
	for _, r := range cell {
		switch {
		case escaped:
			b.WriteRune(r)
			escaped = false
		case r == '\\':
			escaped = true
		case r == '|':
			end()
		default:
			b.WriteRune(r)
		}
	}
	end()
	return items
}
