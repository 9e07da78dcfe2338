// Package atom writes the feed of advisories (RFC 4287), one per language:
// what feed readers and other centres' programs ask again and again, so it
// holds only the newest revisions and is frozen at publication like a page.
package atom

import (
	"encoding/xml"
	"fmt"
	"slices"
	"time"

	"nakodo/internal/advisory"
	"nakodo/internal/words"
)

// Newest is how many advisories a feed holds: more than any busy quarter has
// (domain.md 1.12), so that a reader who asks once a month misses none.
const Newest = 100

// Media is the media type of a feed.
const Media = "application/atom+xml; charset=utf-8"

type feed struct {
	XMLName   xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
	Lang      string   `xml:"http://www.w3.org/XML/1998/namespace lang,attr"`
	ID        string   `xml:"id"`
	Title     string   `xml:"title"`
	Updated   string   `xml:"updated"`
	Author    author   `xml:"author"`
	Links     []link   `xml:"link"`
	Generator string   `xml:"generator"`
	Entries   []entry  `xml:"entry"`
}

type author struct {
	Name string `xml:"name"`
	URI  string `xml:"uri,omitempty"`
}

type link struct {
	Rel   string `xml:"rel,attr"`
	Type  string `xml:"type,attr,omitempty"`
	Lang  string `xml:"hreflang,attr,omitempty"`
	Title string `xml:"title,attr,omitempty"`
	Href  string `xml:"href,attr"`
}

type category struct {
	Scheme string `xml:"scheme,attr,omitempty"`
	Term   string `xml:"term,attr"`
}

type text struct {
	Type string `xml:"type,attr"`
	Body string `xml:",chardata"`
}

type entry struct {
	ID         string     `xml:"id"`
	Title      string     `xml:"title"`
	Published  string     `xml:"published"`
	Updated    string     `xml:"updated"`
	Links      []link     `xml:"link"`
	Categories []category `xml:"category"`
	Summary    text       `xml:"summary"`
}

// Bytes is the feed of a language. Of the revisions given it takes the newest
// revision of each advisory that is published in the language, newest first,
// at most Newest of them. An empty feed carries the time since, which a centre
// that has published nothing sets to its start. Equal input gives equal bytes.
func Bytes(say words.Catalogue, revisions []advisory.Revision, pub advisory.Publisher, lang words.Lang, since time.Time) ([]byte, error) {
	f := feed{
		Lang: string(lang), ID: pub.Base + advisory.FeedPath(lang),
		Title:  say.Say(lang, "format.feed.title", map[string]any{"centre": pub.Name.In(lang)}),
		Author: author{Name: pub.Name.In(lang), URI: pub.Base}, Generator: "Nakodo",
		Updated: stamp(since),
		Links: []link{
			{Rel: "self", Type: "application/atom+xml", Href: pub.Base + advisory.FeedPath(lang)},
			{Rel: "alternate", Type: "text/html", Lang: string(lang), Href: pub.Base + "/" + string(lang) + "/advisories"},
		},
	}
	for i, rev := range newest(revisions, lang) {
		if i == 0 {
			f.Updated = stamp(rev.At)
		}
		f.Entries = append(f.Entries, entryOf(say, rev, pub, lang))
	}
	body, err := xml.MarshalIndent(f, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("feed in %s: %w", lang, err)
	}
	return append([]byte(xml.Header), append(body, '\n')...), nil
}

// newest keeps one revision of each advisory, newest first.
func newest(revisions []advisory.Revision, lang words.Lang) []advisory.Revision {
	latest := map[advisory.ID]advisory.Revision{}
	for _, r := range revisions {
		if old, ok := latest[r.ID]; r.Content.In(lang) && (!ok || r.Number > old.Number) {
			latest[r.ID] = r
		}
	}
	list := make([]advisory.Revision, 0, len(latest))
	for _, r := range latest {
		list = append(list, r)
	}
	slices.SortFunc(list, func(a, b advisory.Revision) int {
		if c := b.At.Compare(a.At); c != 0 {
			return c
		}
		return compare(a.ID, b.ID)
	})
	return list[:min(len(list), Newest)]
}

func compare(a, b advisory.ID) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// entryOf is one advisory. Its id is the page's address, which never changes;
// what a revision changed is told by "updated" (RFC 4287, 4.2.6 and 4.2.15).
func entryOf(say words.Catalogue, rev advisory.Revision, pub advisory.Publisher, lang words.Lang) entry {
	c := rev.Content
	title := c.Title.In(lang)
	summary := c.Overview.In(lang)
	if c.Withdrawn() {
		title = say.Say(lang, "format.withdrawn.title", map[string]any{"title": title})
		summary = c.Withdrawal.In(lang)
	}
	e := entry{
		ID: pub.Base + pub.PagePath(rev.ID, lang), Title: rev.ID.Mark(pub.Prefix) + " " + title,
		Published: stamp(rev.First), Updated: stamp(rev.At), Summary: text{"text", summary},
		Links: []link{
			{Rel: "alternate", Type: "text/html", Lang: string(lang), Href: pub.Base + pub.PagePath(rev.ID, lang)},
			{Rel: "related", Type: "application/json", Lang: string(lang), Title: "CSAF 2.0", Href: pub.Base + pub.CSAFPath(rev.ID, lang, rev.First)},
		},
	}
	if other := lang.Other(); c.In(other) {
		e.Links = append(e.Links, link{Rel: "alternate", Type: "text/html", Lang: string(other), Href: pub.Base + pub.PagePath(rev.ID, other)})
	}
	for _, v := range c.Vulnerabilities {
		if v.CVE != "" {
			e.Categories = append(e.Categories, category{Scheme: "https://www.cve.org/", Term: v.CVE})
		}
	}
	return e
}

func stamp(t time.Time) string { return t.UTC().Truncate(time.Second).Format(time.RFC3339) }
