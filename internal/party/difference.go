package party

import (
	"slices"
	"strings"
	"time"
)

// Differences lists what differs between two states of an organisation, field
// by field and, in lists, piece by piece. Field is the name that forms use.
func (o Organisation) Differences(to Organisation) []FieldChange {
	c := nameChanges(o.Names, to.Names)
	lists := func(field string, was, is []string) {
		for _, gone := range without(was, is) {
			c = append(c, FieldChange{Field: field, From: gone})
		}
		for _, added := range without(is, was) {
			c = append(c, FieldChange{Field: field, To: added})
		}
	}
	value := func(field, of, was, is string) {
		if was != is {
			c = append(c, FieldChange{Field: field, Of: of, From: was, To: is})
		}
	}
	lists("kinds", texts(o.Kinds), texts(to.Kinds))
	value("tier", "", string(o.Tier), string(to.Tier))
	value("parent", "", string(o.Parent), string(to.Parent))
	value("country", "", o.Country, to.Country)
	value("sector", "", o.Sector, to.Sector)
	value("languages", "", strings.Join(o.Languages, ", "), strings.Join(to.Languages, ", ")) // their order counts
	value("zone", "", o.Zone, to.Zone)
	value("calendar", "", string(o.Calendar), string(to.Calendar))
	value("listed", "", yesNo(o.Listed), yesNo(to.Listed))
	lists("sectors", o.Sectors, to.Sectors)
	lists("domains", o.Domains, to.Domains)
	lists("cpes", o.CPEs, to.CPEs)
	lists("purls", o.PURLs, to.PURLs)
	for _, p := range o.Products {
		if i := productNamed(to.Products, p.Name); i < 0 {
			c = append(c, FieldChange{Field: "products", From: p.Name})
		} else {
			q := to.Products[i]
			value("products.versions", p.Name, strings.Join(p.Versions, ", "), strings.Join(q.Versions, ", "))
			value("products.cpe", p.Name, p.CPE, q.CPE)
			value("products.purl", p.Name, p.PURL, q.PURL)
		}
	}
	for _, p := range to.Products {
		if productNamed(o.Products, p.Name) < 0 {
			c = append(c, FieldChange{Field: "products", To: p.Name})
		}
	}
	return c
}

func nameChanges(was, is []Name) []FieldChange {
	var c []FieldChange
	for _, n := range was {
		i := slices.IndexFunc(is, func(m Name) bool { return m.Text == n.Text })
		if i < 0 {
			c = append(c, FieldChange{Field: "names", From: n.Text})
			continue
		}
		if n.Kind != is[i].Kind {
			c = append(c, FieldChange{Field: "names.kind", Of: n.Text, From: string(n.Kind), To: string(is[i].Kind)})
		}
		if n.Lang != is[i].Lang {
			c = append(c, FieldChange{Field: "names.lang", Of: n.Text, From: n.Lang, To: is[i].Lang})
		}
	}
	for _, m := range is {
		if !slices.ContainsFunc(was, func(n Name) bool { return n.Text == m.Text }) {
			c = append(c, FieldChange{Field: "names", To: m.Text})
		}
	}
	if len(was) > 0 && len(is) > 0 && was[0].Text != is[0].Text {
		c = append(c, FieldChange{Field: "name", From: was[0].Text, To: is[0].Text})
	}
	return c
}

// Differences lists what differs between two states of a contact.
func (k Contact) Differences(to Contact) []FieldChange {
	var c []FieldChange
	for _, f := range []struct{ field, was, is string }{
		{"name", k.Name, to.Name},
		{"role", yesNo(k.Role), yesNo(to.Role)},
		{"mail", k.Mail, to.Mail},
		{"phone", k.Phone, to.Phone},
		{"post", k.Post, to.Post},
		{"lang", k.Lang, to.Lang},
		{"duty", string(k.Duty), string(to.Duty)},
		{"key", strings.TrimSpace(k.Key), strings.TrimSpace(to.Key)},
		{"cert", strings.TrimSpace(k.Cert), strings.TrimSpace(to.Cert)},
		{"verified", dayOf(k.Verified), dayOf(to.Verified)},
	} {
		if f.was != f.is {
			c = append(c, FieldChange{Field: f.field, From: f.was, To: f.is})
		}
	}
	return c
}

// Merged gives the present organisation with what somebody changed between from
// and to, whatever else has changed in it meanwhile, and the fields that both
// changed: where there are any, nothing may be stored.
func (o Organisation) Merged(from, to Organisation) (Organisation, []string) {
	var both []string
	field := func(name string, bad bool) {
		if bad {
			both = append(both, name)
		}
	}
	var bad bool
	o.Names, bad = mergedRows(o.Names, from.Names, to.Names, func(n Name) string { return n.Text }, func(a, b Name) bool { return a == b })
	field("names", bad || len(o.Names) == 0)
	o.Products, bad = mergedRows(o.Products, from.Products, to.Products, func(p Product) string { return p.Name }, sameProduct)
	field("products", bad)
	o.Kinds = mergedList(o.Kinds, from.Kinds, to.Kinds)
	o.Sectors = mergedList(o.Sectors, from.Sectors, to.Sectors)
	o.Domains = mergedList(o.Domains, from.Domains, to.Domains)
	o.CPEs = mergedList(o.CPEs, from.CPEs, to.CPEs)
	o.PURLs = mergedList(o.PURLs, from.PURLs, to.PURLs)
	field("tier", mergedValue(&o.Tier, from.Tier, to.Tier))
	field("parent", mergedValue(&o.Parent, from.Parent, to.Parent))
	field("country", mergedValue(&o.Country, from.Country, to.Country))
	field("sector", mergedValue(&o.Sector, from.Sector, to.Sector))
	field("zone", mergedValue(&o.Zone, from.Zone, to.Zone))
	field("calendar", mergedValue(&o.Calendar, from.Calendar, to.Calendar))
	field("listed", mergedValue(&o.Listed, from.Listed, to.Listed))
	said := strings.Join(o.Languages, " ")
	if field("languages", mergedValue(&said, strings.Join(from.Languages, " "), strings.Join(to.Languages, " "))); said != strings.Join(o.Languages, " ") {
		o.Languages = to.Languages
	}
	return o, both
}

// Merged gives the present contact with what somebody changed between from and
// to, and the fields that both changed.
func (k Contact) Merged(from, to Contact) (Contact, []string) {
	var both []string
	field := func(name string, bad bool) {
		if bad {
			both = append(both, name)
		}
	}
	was := k
	field("name", mergedValue(&k.Name, from.Name, to.Name))
	field("role", mergedValue(&k.Role, from.Role, to.Role))
	field("mail", mergedValue(&k.Mail, from.Mail, to.Mail))
	field("phone", mergedValue(&k.Phone, from.Phone, to.Phone))
	field("post", mergedValue(&k.Post, from.Post, to.Post))
	field("lang", mergedValue(&k.Lang, from.Lang, to.Lang))
	field("duty", mergedValue(&k.Duty, from.Duty, to.Duty))
	field("key", mergedValue(&k.Key, from.Key, to.Key))
	field("cert", mergedValue(&k.Cert, from.Cert, to.Cert))
	if k.Key != was.Key {
		k.KeyEnds = to.KeyEnds
	}
	if k.Cert != was.Cert {
		k.CertEnds = to.CertEnds
	}
	if !strings.EqualFold(k.Mail, was.Mail) { // nothing is known of the new address yet
		k.Verified, k.How, k.Bounced = time.Time{}, "", time.Time{}
	}
	if to.Verified.After(from.Verified) && to.Verified.After(k.Verified) {
		k = k.Proved(to.Verified, to.How)
	}
	return k, both
}

// mergedValue takes over a changed value and reports whether the present one
// was changed too, to something else.
func mergedValue[T comparable](now *T, from, to T) bool {
	if from == to || *now == to {
		return false
	}
	if *now != from {
		return true
	}
	*now = to
	return false
}

func mergedList[T ~string](now, from, to []T) []T {
	gone := without(from, to)
	next := slices.DeleteFunc(slices.Clone(now), func(v T) bool { return slices.Contains(gone, v) })
	return append(next, without(without(to, from), next)...)
}

// mergedRows merges a list whose rows are known by a key. Where the first row of
// the list was changed, the new first one comes first.
func mergedRows[T any](now, from, to []T, key func(T) string, same func(a, b T) bool) ([]T, bool) {
	at := func(rows []T, k string) int { return slices.IndexFunc(rows, func(r T) bool { return key(r) == k }) }
	next, bad := slices.Clone(now), false
	for _, f := range from {
		n, t := at(next, key(f)), at(to, key(f))
		switch {
		case t >= 0 && same(f, to[t]): // nothing was said of it
		case n < 0: // it was taken out meanwhile
			bad = bad || t >= 0
		case t < 0:
			next = slices.Delete(next, n, n+1)
		case same(next[n], f) || same(next[n], to[t]):
			next[n] = to[t]
		default:
			bad = true
		}
	}
	for _, t := range to {
		if at(from, key(t)) < 0 && at(next, key(t)) < 0 {
			next = append(next, t)
		}
	}
	if len(from) > 0 && len(to) > 0 && key(from[0]) != key(to[0]) {
		if n := at(next, key(to[0])); n > 0 {
			first := next[n]
			next = slices.Insert(slices.Delete(next, n, n+1), 0, first)
		}
	}
	return next, bad
}

func sameProduct(a, b Product) bool {
	return a.Name == b.Name && a.CPE == b.CPE && a.PURL == b.PURL && slices.Equal(a.Versions, b.Versions)
}

func productNamed(ps []Product, name string) int {
	return slices.IndexFunc(ps, func(p Product) bool { return p.Name == name })
}

// without gives what is in a and not in b.
func without[T comparable](a, b []T) []T {
	var rest []T
	for _, v := range a {
		if !slices.Contains(b, v) {
			rest = append(rest, v)
		}
	}
	return rest
}

func texts[T ~string](values []T) []string {
	var all []string
	for _, v := range values {
		all = append(all, string(v))
	}
	return all
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

func dayOf(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}
