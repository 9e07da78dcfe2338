package csaf

import (
	"slices"
	"strings"
	"unicode"

	"nakodo/csaf/bcp47"
	"nakodo/csaf/spdx"
)

// convertMeta is /document, but for the category, which comes last.
func (c *converter) convertMeta() {
	c.convertTLP()
	c.convertPublisher()
	c.convertTitle()
	if !c.opt.NoLicence {
		c.findLicence()
	}
	c.convertNotes(c.doc.Document.Notes, c.src.document.Get("notes"), documentNotes)
}

const labelPrefix = "TLP v2.0: TLP:"

func (c *converter) convertTLP() {
	d := &c.doc.Document
	if d.Distribution == nil {
		d.Distribution = new(Distribution)
	}
	if d.Distribution.TLP == nil || d.Distribution.TLP.Label == "" {
		if d.Distribution.TLP == nil {
			d.Distribution.TLP = new(TLP)
		}
		d.Distribution.TLP.Label = TLPClear
		c.warn(orParent(c.src.document.Get("distribution"), c.src.document), "there was no TLP label; the default TLP:CLEAR was set, check that everybody may read the document")
	}
	tlp := d.Distribution.TLP
	if tlp.Label == TLPWhite {
		tlp.Label = TLPClear
	}
	if strings.TrimSuffix(tlp.URL, "/") == "https://www.first.org/tlp/v1" {
		c.warn(c.src.document.Path("distribution", "tlp", "url"), "the URL of TLP version 1 was replaced by that of the current version")
		tlp.URL = "https://www.first.org/tlp/"
	}
	if !c.opt.TLPFromText {
		return
	}
	label, ok := labelInText(d.Distribution.Text)
	if ok && label != tlp.Label {
		c.warn(c.src.document.Get("distribution"), "the label TLP:%s was taken from the distribution text, instead of TLP:%s", label, tlp.Label)
		tlp.Label = label
	}
}

// labelInText finds a label of TLP 2.0 after the words that announce one.
func labelInText(text string) (string, bool) {
	_, rest, ok := strings.Cut(text, labelPrefix)
	if !ok {
		return "", false
	}
	for _, label := range []string{TLPAmberStrict, TLPClear, TLPGreen, TLPAmber, TLPRed} {
		if after, ok := strings.CutPrefix(rest, label); ok && (after == "" || after[0] != '+' && !unicode.IsLetter(rune(after[0]))) {
			return label, true
		}
	}
	return "", false
}

func (c *converter) convertPublisher() {
	p := &c.doc.Document.Publisher
	if p.Category != PublisherOther {
		return
	}
	at := c.src.document.Path("publisher", "category")
	switch {
	case c.opt.OtherIsMultiplier:
		p.Category = PublisherMultiplier
		c.warn(at, "the publisher's category other became multiplier, as the options ask for")
	case !c.opt.QuietOther:
		c.warn(at, "CSAF 2.1 has the new category multiplier for some parties that were other in 2.0; check which of them this publisher is")
	}
}

// convertTitle removes the tracking id with what separates it from the rest.
func (c *converter) convertTitle() {
	d := &c.doc.Document
	id := d.Tracking.ID
	if id == "" || !strings.Contains(d.Title, id) {
		return
	}
	title := d.Title
	for {
		before, after, found := strings.Cut(title, id)
		if !found {
			break
		}
		before = strings.TrimRightFunc(before, isSeparator)
		after = strings.TrimLeftFunc(after, isSeparator)
		if before != "" && after != "" {
			before += " "
		}
		title = before + after
	}
	if title == "" {
		c.fail(c.src.document.Get("title"), "the title is nothing but the tracking id; write a title")
		return
	}
	c.warn(c.src.document.Get("title"), "the tracking id was removed from the title, which is now %q", title)
	d.Title = title
}

func isSeparator(r rune) bool {
	return unicode.IsSpace(r) || unicode.In(r, unicode.Pd, unicode.Ps, unicode.Pe) || strings.ContainsRune(":;,|/_", r)
}

// candidate is a licence expression found in a note.
type candidate struct {
	expression string
	at         Node
}

// findLicence looks for licence expressions in legal disclaimers.
func (c *converter) findLicence() {
	var found []candidate
	for n := range c.src.document.Get("notes").Items() {
		if n.Str("category") != NoteLegalDisclaimer {
			continue
		}
		for _, e := range expressionsIn(n.Str("text")) {
			if !slices.ContainsFunc(found, func(x candidate) bool { return x.expression == e }) {
				found = append(found, candidate{e, n.Get("text")})
			}
		}
	}
	switch len(found) {
	case 0:
	case 1:
		c.doc.Document.LicenseExpression = found[0].expression
		c.warn(found[0].at, "the licence expression %q was found and set as that of the document", found[0].expression)
	default:
		var list []string
		for _, x := range found {
			list = append(list, x.expression+" at "+x.at.Pointer())
		}
		c.warn(found[0].at, "there are several licence expressions, so that none could be set as that of the document: %s", strings.Join(list, ", "))
	}
}

// expressionsIn finds licence expressions in a text for people: the longest
// runs of words that are one and name at least one licence of the SPDX list or
// a LicenseRef. Identifiers that are words of a language count only if they are
// the whole text or follow "SPDX-License-Identifier:".
func expressionsIn(text string) []string {
	if whole := strings.TrimSpace(text); listedExpression(whole) {
		return []string{whole}
	}
	words := strings.Fields(text)
	var out []string
	for i := 0; i < len(words); {
		best, next := "", i+1
		marked := i > 0 && words[i-1] == "SPDX-License-Identifier:"
		if !marked && !looksLikeID(words[i]) || !listedExpression(strings.Trim(words[i], `(.,;:"')`)) {
			i++
			continue
		}
		for k := i; k < len(words) && k < i+12; k++ {
			run := strings.Join(words[i:k+1], " ")
			for _, e := range []string{run, strings.Trim(run, `.,;:"'`)} {
				if listedExpression(e) {
					best, next = e, k+1
				}
			}
		}
		if best != "" {
			out = append(out, best)
		}
		i = next
	}
	return out
}

// looksLikeID keeps out identifiers like "Intel" or "Plexus", and most words.
func looksLikeID(word string) bool {
	word = strings.Trim(word, `(.,;:"')`)
	return strings.ContainsAny(word, "-.0123456789") || word == "MIT" || word == "ISC"
}

func listedExpression(s string) bool {
	ids, err := spdx.Parse(s)
	if err != nil {
		return false
	}
	return !slices.ContainsFunc(ids, func(id spdx.ID) bool { return id.Document != "" || spdx.Lookup(id) == spdx.Unknown })
}

// Notes whose category and title have a meaning of their own.
type special struct{ category, title string }

var documentNotes = []special{
	{NoteDescription, "Product Description"},
	{NoteGeneral, "General Security Recommendations"},
	{NoteLegalDisclaimer, "License"},
	{NoteSummary, "Summary"},
}

var vulnerabilityNotes = []special{
	{NoteDescription, "CVE Description"},
	{NoteDescription, "Preconditions"},
	{NoteSummary, "Vulnerability Summary"},
}

// convertNotes binds notes to the products that their titles name, like
// "Product Description for Product A".
func (c *converter) convertNotes(notes []Note, src Node, specials []special) {
	i := 0
	for n := range src.Items() {
		note := &notes[i]
		i++
		for _, s := range specials {
			rest, ok := strings.CutPrefix(note.Title, s.title)
			if !ok || note.Category != s.category || strings.TrimFunc(rest, isSeparator) == "" || unicode.IsLetter([]rune(rest)[0]) {
				continue
			}
			products := c.productsNamed(rest)
			if len(products) == 0 {
				c.warn(n, "the title suggests that the note is about certain products, but none could be assigned to it")
				continue
			}
			note.ProductIDs = products
			c.warn(n, "the title suggests that the note is about certain products, and they were assigned to it: %s", strings.Join(products, ", "))
		}
	}
}

// productsNamed finds the products that a text names: by full name, or by the
// name of a branch above them. The longest match counts; "for", "of" and the
// like before the name do not.
func (c *converter) productsNamed(text string) []string {
	name := strings.TrimFunc(text, isSeparator)
	for _, word := range []string{"for ", "of ", "about ", "on ", "the "} {
		name = strings.TrimPrefix(name, word)
	}
	name = strings.ToLower(strings.TrimSpace(name))
	var out []string
	for _, p := range c.src.products {
		c.spend(4)
		if strings.ToLower(p.name) == name || c.underBranch(p, name) {
			out = append(out, p.id)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// underBranch reports whether a name is that of a branch above a product, alone
// or with the names of branches directly above it before it.
func (c *converter) underBranch(p product, name string) bool {
	if p.from != fromBranch {
		return false
	}
	for n := p.node.Parent(); n.Get("category").Exists(); n = n.Parent().Parent() {
		c.spend(4)
		joined := ""
		for up := n; up.Get("category").Exists(); up = up.Parent().Parent() {
			if joined = strings.TrimSpace(strings.ToLower(up.Str("name")) + " " + joined); joined == name {
				return n.Str("category") != BranchVendor
			}
			if len(joined) > len(name) {
				break
			}
		}
	}
	return false
}

// convertCategory sees to documents that were withdrawn or superseded before
// CSAF had profiles for that.
func (c *converter) convertCategory() {
	d := &c.doc.Document
	if !inEnglish(d.Lang) {
		return
	}
	for _, end := range []struct{ word, category, title string }{
		{"Superseded", CategorySuperseded, english.supersession},
		{"Withdrawn", CategoryWithdrawn, english.withdrawal},
	} {
		if !strings.HasPrefix(d.Title, end.word) && !strings.EqualFold(d.Category, end.word) {
			continue
		}
		c.endDocument(end.category, end.title)
		return
	}
}

// endDocument tries to make a document one of the profile Withdrawn or
// Superseded. It removes nothing: what these profiles do not allow would be
// lost. If the profile cannot be satisfied, the document stays as it was.
func (c *converter) endDocument(category, title string) {
	d := &c.doc.Document
	before := *d
	before.Notes = slices.Clone(d.Notes)
	d.Category = category
	descriptions := 0
	for i := range d.Notes {
		if d.Notes[i].Category == NoteDescription {
			descriptions++
		}
	}
	if descriptions == 1 {
		for i := range d.Notes {
			if d.Notes[i].Category == NoteDescription {
				d.Notes[i].Title = title
			}
		}
	}
	for i := range d.References {
		if category == CategorySuperseded && strings.HasPrefix(strings.ToLower(d.References[i].Summary), "superseding document") {
			d.References = slices.Clone(d.References)
			d.References[i].Category = ReferenceExternal
			d.References[i].Summary = english.superseding + d.References[i].Summary[len(english.superseding):]
		}
	}
	at := c.src.document.Get("category")
	found, err := c.judge()
	if err == nil && !failsProfile(found) {
		c.warn(at, "the document says that it was ended and got the category %s", category)
		return
	}
	*d = before
	reason := ""
	if err == nil {
		reason = ": " + profileReason(found)
	}
	c.warn(at, "the document seems to be withdrawn or superseded, but does not satisfy the profile %s, so that it kept its category%s", category, reason)
}

func inEnglish(lang string) bool { return lang == "" || bcp47.IsEnglish(lang) }
