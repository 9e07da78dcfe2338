package csaf

import (
	"slices"
	"time"
)

// index is what is computed once per document and shared by the checks. It
// holds for documents of any shape; parts that are absent or malformed are
// simply not in it.
type index struct {
	version Version
	v21     bool

	root     Node
	document Node // /document
	tracking Node // /document/tracking
	tree     Node // /product_tree
	category string

	products []product // definitions, in the order of the document
	refs     []ref     // every place that names a product id
	groups   []group   // definitions of product groups
	groupRef []ref     // every place that names a group id
	paths    []path    // relationships (2.0) or product paths (2.1)
	branches []Node    // every item of every branches array, parents first

	branchList []branchInfo // made by branchInfos at the first use

	rangeList  []versionRange // made by versionRanges at the first use
	rangesRead bool
	pairs      []rangePair // made by rangePairs at the first use
	pairsRead  bool

	extensions     []extensionList // made by extensionLists at the first use
	extensionsRead bool

	walked *schemaRun // see bySchema

	vectorList  []cvssVector // see vectors
	vectorsRead bool

	vulns     []vuln
	listings  []listing  // of all vulnerabilities, one after another; the same holds for
	status    []statusOf // these
	scores    []score
	revisions []revision // in the order of the document
	sorted    []revision // by date, equal dates by number

	ids      map[string]int // product id -> number; numbers also exist for ids without definition
	names    []string       // number -> product id
	defs     []int          // number -> first definition in products, or -1
	groupIDs map[string]int // group id -> number
	groupDef []int          // number -> first definition in groups, or -1
}

// product is a full product name, wherever it is defined.
type product struct {
	node    Node // the full_product_name_t
	number  int
	id      string
	name    string
	helper  Node // product_identification_helper
	from    origin
	reached int // categories of branchOrder above it, if it is in a branch
}

// origin says in which part of the product tree a product is defined.
type origin uint8

const (
	fromBranch origin = iota
	fromList          // full_product_names
	fromPath          // relationships or product_paths
)

// ref is a place that names a product id (or a group id) by number.
type ref struct {
	node   Node // the string
	number int
	use    use
}

// use says what for a product or group is named.
type use uint8

const (
	useGroup       use = iota // product_groups[].product_ids
	usePath                   // relationships or product_paths
	useStatus                 // product_status
	useRemediation            // remediations
	useScore                  // scores or metrics
	useThreat                 // threats
	useFlag                   // flags
	useNote                   // notes of the document or a vulnerability (2.1)
	useOther                  // ids, involvements, first_known_exploitation_dates (2.1)
)

type group struct {
	node    Node
	number  int
	id      string
	members []ref
}

// path is a relationship of 2.0 (one step) or a product path of 2.1.
type path struct {
	node    Node
	product int   // number of the product it defines, -1 if none
	begin   ref   // product_reference, beginning_product_reference
	steps   []ref // relates_to_product_reference, subpaths[].next_product_reference
}

// vuln is one item of /vulnerabilities.
type vuln struct {
	node     Node
	status   []statusOf // sorted by product number
	scores   []score
	cve      string
	listings []listing
}

// listing is one product status list, for instance known_affected.
type listing struct {
	status status
	node   Node
	refs   []ref
}

// statusOf is all that one vulnerability says about one product: the union of
// the lists that name it.
type statusOf struct {
	product int
	status  status
}

// score is an item of scores (2.0) or metrics (2.1).
type score struct {
	node     Node
	content  Node // where cvss_v2, cvss_v3 ... stand: the item itself in 2.0, content in 2.1
	products []ref
}

// status is a set of product status lists.
type status uint16

const (
	firstAffected status = 1 << iota
	knownAffected
	lastAffected
	knownNotAffected
	firstFixed
	fixed
	underInvestigation
	recommended
	unknownStatus // 2.1

	anyAffected = firstAffected | knownAffected | lastAffected
	anyFixed    = firstFixed | fixed
)

// statusNames are the lists of product_status in the order of the standard.
var statusNames = []struct {
	name string
	is   status
}{
	{"first_affected", firstAffected},
	{"first_fixed", firstFixed},
	{"fixed", fixed},
	{"known_affected", knownAffected},
	{"known_not_affected", knownNotAffected},
	{"last_affected", lastAffected},
	{"recommended", recommended},
	{"under_investigation", underInvestigation},
	{"unknown", unknownStatus},
}

// revision is an item of the revision history.
type revision struct {
	node   Node
	number string
	ver    docVersion
	date   time.Time // zero if not a date
	raw    string
}

// newIndex reads a document once from front to back.
func newIndex(t *Tree, v Version) *index {
	x := new(index).emptied()
	x.read(t, v)
	return x
}

// read fills an empty index.
func (x *index) read(t *Tree, v Version) {
	x.version, x.v21, x.root = v, v == V21, t.Root()
	x.document = x.root.Get("document")
	x.tracking = x.document.Get("tracking")
	x.tree = x.root.Get("product_tree")
	x.category = x.document.Str("category")
	x.readTree()
	if x.v21 {
		x.readNotes(x.document.Get("notes"))
	}
	for v := range x.root.Get("vulnerabilities").Items() {
		x.readVuln(v)
	}
	x.readRevisions()
}

// emptied is an empty index that goes on using the memory of this one.
func (x *index) emptied() *index {
	return &index{
		products: emptied(x.products), refs: emptied(x.refs), groups: emptied(x.groups), groupRef: emptied(x.groupRef),
		paths: emptied(x.paths), branches: emptied(x.branches), vulns: emptied(x.vulns),
		listings: emptied(x.listings), status: emptied(x.status), scores: emptied(x.scores),
		revisions: emptied(x.revisions), sorted: emptied(x.sorted), vectorList: emptied(x.vectorList),
		names: emptied(x.names), defs: emptied(x.defs), groupDef: emptied(x.groupDef),
		ids: emptiedMap(x.ids), groupIDs: emptiedMap(x.groupIDs),
	}
}

// mostKept is the size from which memory is not kept for the next document: it
// was a rare one.
const mostKept = 1 << 14

func emptied[T any](s []T) []T {
	if cap(s) > mostKept {
		return nil
	}
	clear(s) // so that the document is not kept alive
	return s[:0]
}

func emptiedMap(m map[string]int) map[string]int {
	if m == nil || len(m) > mostKept {
		return map[string]int{}
	}
	clear(m)
	return m
}

// from is the part of a list that was appended to it since it had a length, for
// those who keep it: what is appended later does not overwrite it.
func from[T any](list []T, start int) []T { return list[start:len(list):len(list)] }

// bit is the document's version as a set.
func (x *index) bit() versions {
	if x.v21 {
		return v21
	}
	return v20
}

// idOf is the product id with a number.
func (x *index) idOf(number int) string { return x.names[number] }

// number gives each product id its number, at the first mention.
func (x *index) number(id string) int {
	n, ok := x.ids[id]
	if !ok {
		n = len(x.defs)
		x.ids[id] = n
		x.defs = append(x.defs, -1)
		x.names = append(x.names, id)
	}
	return n
}

func (x *index) groupNumber(id string) int {
	n, ok := x.groupIDs[id]
	if !ok {
		n = len(x.groupDef)
		x.groupIDs[id] = n
		x.groupDef = append(x.groupDef, -1)
	}
	return n
}

// defined reports whether the product tree defines the product.
func (x *index) defined(number int) bool { return x.defs[number] >= 0 }

// product is the first definition of a product by number, false if none.
func (x *index) product(number int) (product, bool) {
	if number < 0 || x.defs[number] < 0 {
		return product{}, false
	}
	return x.products[x.defs[number]], true
}

// group is the first definition of a group by number, false if none.
func (x *index) group(number int) (group, bool) {
	if number < 0 || x.groupDef[number] < 0 {
		return group{}, false
	}
	return x.groups[x.groupDef[number]], true
}

func (x *index) readTree() {
	x.readBranches(x.tree.Get("branches"), 0)
	for p := range x.tree.Get("full_product_names").Items() {
		x.define(p, fromList)
	}
	if x.v21 {
		for p := range x.tree.Get("product_paths").Items() {
			in := path{node: p, product: x.define(p.Get("full_product_name"), fromPath)}
			in.begin = x.refer(p.Get("beginning_product_reference"), usePath)
			for s := range p.Get("subpaths").Items() {
				in.steps = append(in.steps, x.refer(s.Get("next_product_reference"), usePath))
			}
			x.paths = append(x.paths, in)
		}
	} else {
		for p := range x.tree.Get("relationships").Items() {
			in := path{node: p, product: x.define(p.Get("full_product_name"), fromPath)}
			in.begin = x.refer(p.Get("product_reference"), usePath)
			in.steps = []ref{x.refer(p.Get("relates_to_product_reference"), usePath)}
			x.paths = append(x.paths, in)
		}
	}
	for g := range x.tree.Get("product_groups").Items() {
		x.readGroup(g)
	}
}

func (x *index) readGroup(g Node) {
	id := g.Get("group_id")
	if !id.Is(String) {
		return
	}
	n := x.groupNumber(id.Text())
	if x.groupDef[n] < 0 {
		x.groupDef[n] = len(x.groups)
	}
	x.groups = append(x.groups, group{node: g, number: n, id: id.Text(), members: x.referAll(g.Get("product_ids"), useGroup)})
}

// branchOrder are the categories that branches should have on the way down to
// a product, others between them (test 6.3.9).
var branchOrder = []string{BranchVendor, BranchProductName, BranchProductVersion}

// readBranches reads a list of branches below others that have the first
// categories of branchOrder, as many as reached.
func (x *index) readBranches(list Node, reached int) {
	for b := range list.Items() {
		x.branches = append(x.branches, b)
		here := reached
		if here < len(branchOrder) && b.Str("category") == branchOrder[here] {
			here++
		}
		if p := b.Get("product"); p.Exists() && x.define(p, fromBranch) >= 0 {
			x.products[len(x.products)-1].reached = here
		}
		x.readBranches(b.Get("branches"), here)
	}
}

// define notes a full product name; it returns its number, -1 without an id.
func (x *index) define(p Node, from origin) int {
	id := p.Get("product_id")
	if !id.Is(String) {
		return -1
	}
	n := x.number(id.Text())
	if x.defs[n] < 0 {
		x.defs[n] = len(x.products)
	}
	x.products = append(x.products, product{
		node: p, number: n, id: id.Text(), name: p.Str("name"),
		helper: p.Get("product_identification_helper"), from: from,
	})
	return n
}

// refer notes a place that names a product; number -1 if it is no string.
func (x *index) refer(n Node, u use) ref {
	if !n.Is(String) {
		return ref{number: -1}
	}
	r := ref{n, x.number(n.Text()), u}
	x.refs = append(x.refs, r)
	return r
}

// referAll notes the product ids of a list. The result is a part of x.refs.
func (x *index) referAll(list Node, u use) []ref {
	start := len(x.refs)
	for n := range list.Items() {
		x.refer(n, u)
	}
	return from(x.refs, start)
}

// referGroups notes the group ids of a list.
func (x *index) referGroups(list Node, u use) {
	for n := range list.Items() {
		if n.Is(String) {
			x.groupRef = append(x.groupRef, ref{n, x.groupNumber(n.Text()), u})
		}
	}
}

// readUses notes product_ids and group_ids of every item of a list.
func (x *index) readUses(list Node, u use) {
	for n := range list.Items() {
		x.referAll(n.Get("product_ids"), u)
		x.referGroups(n.Get("group_ids"), u)
	}
}

func (x *index) readNotes(notes Node) { x.readUses(notes, useNote) }

func (x *index) readVuln(n Node) {
	v := vuln{node: n, cve: n.Str("cve")}
	start := len(x.listings)
	lists := n.Get("product_status")
	for _, s := range statusNames {
		if list := lists.Get(s.name); list.Exists() {
			refs := x.referAll(list, useStatus)
			x.listings = append(x.listings, listing{s.is, list, refs})
		}
	}
	v.listings = from(x.listings, start)
	v.status = x.mergeStatus(v.listings)
	x.readUses(n.Get("remediations"), useRemediation)
	x.readUses(n.Get("threats"), useThreat)
	x.readUses(n.Get("flags"), useFlag)
	scores := "scores"
	if x.v21 {
		scores = "metrics"
		x.readUses(n.Get("ids"), useOther)
		x.readUses(n.Get("involvements"), useOther)
		x.readUses(n.Get("first_known_exploitation_dates"), useOther)
		x.readNotes(n.Get("notes"))
	}
	start = len(x.scores)
	for s := range n.Get(scores).Items() {
		in := score{node: s, content: s, products: x.referAll(s.Get("products"), useScore)}
		if x.v21 {
			in.content = s.Get("content")
		}
		x.scores = append(x.scores, in)
	}
	v.scores = from(x.scores, start)
	x.vulns = append(x.vulns, v)
}

// mergeStatus gives for each product the union of the lists that name it.
func (x *index) mergeStatus(lists []listing) []statusOf {
	start := len(x.status)
	for _, l := range lists {
		for _, r := range l.refs {
			if r.number >= 0 {
				x.status = append(x.status, statusOf{r.number, l.status})
			}
		}
	}
	all := x.status[start:]
	slices.SortFunc(all, func(a, b statusOf) int { return a.product - b.product })
	x.status = x.status[:start]
	for _, s := range all {
		if n := len(x.status); n > start && x.status[n-1].product == s.product {
			x.status[n-1].status |= s.status
		} else {
			x.status = append(x.status, s)
		}
	}
	return from(x.status, start)
}

// of is the set of status lists of this vulnerability that name the product.
func (v *vuln) of(number int) status {
	i, ok := slices.BinarySearchFunc(v.status, number, func(s statusOf, n int) int { return s.product - n })
	if !ok {
		return 0
	}
	return v.status[i].status
}

// subjects are the numbers of all products that an item names in product_ids
// and, through their groups, in group_ids: sorted, each once.
func (c *checker) subjects(item Node) []int {
	var out []int
	for n := range item.Get("product_ids").Items() {
		if num, ok := c.ids[n.Text()]; ok {
			out = append(out, num)
		}
	}
	for n := range item.Get("group_ids").Items() {
		num, ok := c.groupIDs[n.Text()]
		if !ok {
			continue
		}
		if g, ok := c.group(num); ok {
			c.spend(len(g.members))
			for _, m := range g.members {
				out = append(out, m.number)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (x *index) readRevisions() {
	for n := range x.tracking.Get("revision_history").Items() {
		r := revision{node: n, number: n.Str("number"), raw: n.Str("date")}
		r.ver = parseDocVersion(r.number)
		r.date, _ = parseTime(r.raw)
		x.revisions = append(x.revisions, r)
	}
	x.sorted = append(x.sorted, x.revisions...)
	slices.SortStableFunc(x.sorted, func(a, b revision) int {
		if d := a.date.Compare(b.date); d != 0 {
			return d
		}
		return a.ver.compare(b.ver)
	})
}
