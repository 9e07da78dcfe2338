package party

import (
	"reflect"
	"slices"
)

// Merged gives two entries of the registry that turned out to be one
// organisation: the one that stays, with the names, products, domains, prefixes
// and kinds of the other, and the other, which points at it and is shown under
// its name. The other's official names become names of the given kind. Single
// values stay as the first has them; the tier is for the registration to say.
func Merged(into, from Organisation, kind NameKind) (stays, goes Organisation) {
	stays, goes = into, from
	stays.Names = slices.Clone(into.Names)
	for _, n := range from.Names {
		if n.Kind == Official {
			n.Kind = kind
		}
		if !slices.ContainsFunc(stays.Names, func(x Name) bool { return x.Text == n.Text }) {
			stays.Names = append(stays.Names, n)
		}
	}
	stays.Products = slices.Clone(into.Products)
	for _, p := range from.Products {
		at := slices.IndexFunc(stays.Products, func(x Product) bool { return x.Name == p.Name })
		if at < 0 {
			if slices.ContainsFunc(stays.Products, func(x Product) bool { return x.ID == p.ID }) {
				p.ID = string(from.ID) + "-" + p.ID
			}
			stays.Products = append(stays.Products, p)
			continue
		}
		stays.Products[at].Versions = joinLists(stays.Products[at].Versions, p.Versions)
	}
	stays.Domains = joinLists(into.Domains, from.Domains)
	stays.CPEs = joinLists(into.CPEs, from.CPEs)
	stays.PURLs = joinLists(into.PURLs, from.PURLs)
	stays.Kinds = joinLists(into.Kinds, from.Kinds)
	stays.Sectors = joinLists(into.Sectors, from.Sectors)
	if stays.Parent == from.ID {
		stays.Parent = from.Parent
	}
	goes.MergedInto, goes.Listed = into.ID, false
	goes.Names = append([]Name{{Text: into.Name(), Lang: into.Names[0].Lang, Kind: Official}}, from.Names...)
	return stays, goes
}

// Split takes names, products, domains and prefixes out of an entry: what is
// left of it, and what a new organisation begins with. Names are named by their
// text, products by their id.
func Split(from Organisation, part Part) (left, taken Organisation) {
	left = from
	left.Names, taken.Names = partition(from.Names, func(n Name) bool { return slices.Contains(part.Names, n.Text) })
	left.Products, taken.Products = partition(from.Products, func(p Product) bool { return slices.Contains(part.Products, p.ID) })
	left.Domains, taken.Domains = partition(from.Domains, func(s string) bool { return slices.Contains(part.Places, s) })
	left.CPEs, taken.CPEs = partition(from.CPEs, func(s string) bool { return slices.Contains(part.Places, s) })
	left.PURLs, taken.PURLs = partition(from.PURLs, func(s string) bool { return slices.Contains(part.Places, s) })
	return left, taken
}

// Part is what is taken out of an entry by a split.
type Part struct {
	Names    []string   `json:"names,omitempty"`    // texts
	Products []string   `json:"products,omitempty"` // ids
	Places   []string   `json:"places,omitempty"`   // domains, CPE and package-URL prefixes
	Contacts []PersonID `json:"contacts,omitempty"`
}

// Restored undoes a change that led from before to after. Where nothing has
// changed since, it gives before exactly; else what has been changed since stays,
// what the change added goes, and what it took away comes back.
func Restored(now, before, after Organisation) Organisation {
	after.Version, before.Version = now.Version, now.Version
	if reflect.DeepEqual(normal(now), normal(after)) {
		return before
	}
	now.Names = restoredList(now.Names, before.Names, after.Names)
	now.Products = restoredList(now.Products, before.Products, after.Products)
	now.Domains = restoredList(now.Domains, before.Domains, after.Domains)
	now.CPEs = restoredList(now.CPEs, before.CPEs, after.CPEs)
	now.PURLs = restoredList(now.PURLs, before.PURLs, after.PURLs)
	now.Kinds = restoredList(now.Kinds, before.Kinds, after.Kinds)
	now.Sectors = restoredList(now.Sectors, before.Sectors, after.Sectors)
	if now.Parent == after.Parent {
		now.Parent = before.Parent
	}
	return now
}

// normal has no difference between an empty list and none.
func normal(o Organisation) Organisation {
	v := reflect.ValueOf(&o).Elem()
	for i := range v.NumField() {
		if f := v.Field(i); f.Kind() == reflect.Slice && f.Len() == 0 {
			f.SetZero()
		}
	}
	for i := range o.Products {
		if len(o.Products[i].Versions) == 0 {
			o.Products = slices.Clone(o.Products)
			o.Products[i].Versions = nil
		}
	}
	return o
}

func restoredList[T any](now, before, after []T) []T {
	has := func(list []T, v T) bool {
		return slices.ContainsFunc(list, func(x T) bool { return reflect.DeepEqual(x, v) })
	}
	var next []T
	for _, v := range now {
		if !has(after, v) || has(before, v) {
			next = append(next, v)
		}
	}
	for _, v := range before {
		if !has(after, v) && !has(next, v) {
			next = append(next, v)
		}
	}
	return next
}

func joinLists[T comparable](a, b []T) []T {
	joined := slices.Clone(a)
	for _, v := range b {
		if !slices.Contains(joined, v) {
			joined = append(joined, v)
		}
	}
	return joined
}

func partition[T any](all []T, goes func(T) bool) (stay, taken []T) {
	for _, v := range all {
		if goes(v) {
			taken = append(taken, v)
		} else {
			stay = append(stay, v)
		}
	}
	return stay, taken
}
