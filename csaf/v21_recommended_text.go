package csaf

import (
	"strings"

	"nakodo/csaf/bcp47"
	"nakodo/csaf/rvisc"
	"nakodo/csaf/spdx"
)

// terms are the words with a meaning of their own, in one language.
type terms struct {
	licence, productDescription, supersession, withdrawal, superseding string
}

var english = terms{"License", "Product Description", "Reasoning for Supersession", "Reasoning for Withdrawal", "Superseding Document"}

// translations are those that the OASIS CSAF TC recorded, version 2.1 of its
// list (csaf_2.1/language_specific_translation in github.com/oasis-tcs/csaf).
var translations = map[string]terms{
	"de": {"Lizenz", "Produktbeschreibung", "Begründung für die Ersetzung", "Begründung für die Zurückziehung", "Ersetzendes Dokument"},
}

// words are the terms in the language of the document. If nobody recorded a
// translation, it says so as an information and is not ok.
func (c *checker) words() (t terms, ok bool) {
	lang := c.document.Get("lang")
	if c.inEnglish() {
		return english, true
	}
	if t, ok = translations[bcp47.Base(lang.Text())]; !ok {
		c.report(Info, lang, "the standard has no translation of its terms to %q, so that this test cannot be done", lang.Text())
	}
	return t, ok
}

func translatedWithdrawal(c *checker) {
	if c.category != "csaf_withdrawn" || c.inEnglish() {
		return
	}
	if w, ok := c.words(); ok {
		c.oneNote(w.withdrawal, "description")
	}
}

func translatedSupersession(c *checker) {
	if c.category != "csaf_superseded" || c.inEnglish() {
		return
	}
	if w, ok := c.words(); ok {
		c.oneNote(w.supersession, "description")
	}
}

func translatedSuperseding(c *checker) {
	if c.category != "csaf_superseded" || c.inEnglish() {
		return
	}
	if w, ok := c.words(); ok {
		c.referenceTo(w.superseding)
	}
}

func extensionAtEnd(c *checker) {
	if !c.ended() {
		return
	}
	for _, l := range c.extensionLists() {
		if l.place == onDocument || l.place == onRoot {
			c.fail(l.node, "a document of the category %s has no extensions; remove them", c.category)
		}
	}
}

// unboundDescription finds descriptions of a product that do not say which.
func unboundDescription(c *checker) {
	var title string
	for n := range c.document.Get("notes").Items() {
		if n.Str("category") != "description" || n.Get("product_ids").Exists() || n.Get("group_ids").Exists() {
			continue
		}
		if title == "" {
			w, ok := c.words()
			if !ok {
				return
			}
			title = w.productDescription
		}
		if strings.HasPrefix(n.Str("title"), title) {
			c.fail(n, "the note %q does not say which product it describes; add product_ids or group_ids", clip(n.Str("title")))
		}
	}
}

func missingLicence(c *checker) {
	switch at := c.document.Get("license_expression"); {
	case !at.Exists():
		c.fail(c.document, "the document does not say under which licence it may be used; add license_expression, for instance \"CC-BY-4.0\"")
	case !at.Is(String) || at.Text() == "":
		c.fail(at, "license_expression is empty; write the document's licence, for instance \"CC-BY-4.0\"")
	}
}

func deprecatedLicence(c *checker) {
	at, ids, _ := c.licences()
	for _, id := range ids {
		if spdx.Lookup(id) == spdx.Deprecated {
			c.fail(at, "the licence identifier %q is deprecated; use the one that replaced it (looked up in: %s)", id.Text, spdx.Source(id))
		}
	}
}

func unknownLicence(c *checker) {
	at, ids, _ := c.licences()
	for _, id := range ids {
		if spdx.Lookup(id) == spdx.Unknown {
			c.fail(at, "the licence identifier %q does not exist; correct it, or use one of your own that starts with LicenseRef- and your domain (looked up in: %s)",
				id.Text, spdx.Source(id))
		}
	}
}

// translatedLicence demands the text of a licence that is on no list, titled in
// the language of the document.
func translatedLicence(c *checker) {
	if c.inEnglish() || !c.ownLicence() {
		return
	}
	if w, ok := c.words(); ok {
		c.oneNote(w.licence, "legal_disclaimer")
	}
}

func unmatchedID(c *checker) {
	for i := range c.vulns {
		for id := range c.vulns[i].node.Get("ids").Items() {
			text := id.Get("text")
			if s, ok := rvisc.Official().Lookup(id.Str("system_name")); ok && text.Is(String) && !s.Matches(text.Text()) {
				c.fail(text, "%q is not an identifier of %s, which look like %s; correct it", clip(text.Text()), s.CommonName, s.Pattern)
			}
		}
	}
}
