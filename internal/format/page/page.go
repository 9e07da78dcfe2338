// Package page writes a published revision for people: the web page and the
// plain text, in each language, with the sections of a JVN advisory (domain.md
// 2.2). What it writes is frozen at publication and served as it is for ever,
// so nothing on it depends on who reads it or when.
//
// The page stands in the portal's shell of package look; this package only
// says what is on it.
package page

import (
	"embed"
	"fmt"
	"time"

	"nakodo/internal/advisory"
	"nakodo/internal/look"
	"nakodo/internal/words"
)

//go:embed pages/*.html
var files embed.FS

// Press prints advisories. It is safe for several users at once.
type Press struct {
	set *look.Set
	say words.Catalogue
}

// Around is what stands around the advisory: the portal's top bar.
type Around struct {
	Nav    []look.Entry
	Home   string // where the sign leads, "" for "/"
	Search string // action of the search form, "" for none
}

// NewPress parses the page.
func NewPress(say words.Catalogue, static *look.Static) (*Press, error) {
	set, err := look.NewSet(say, static, files, "pages", []look.Page{{Name: "advisory", Shell: look.Portal, Of: Advisory{}}})
	if err != nil {
		return nil, err
	}
	return &Press{set: set, say: say}, nil
}

// HTML is the advisory as a web page, UTF-8. The language must be one of
// rev.Content.Languages. Equal input gives equal bytes.
func (p *Press) HTML(rev advisory.Revision, pub advisory.Publisher, lang words.Lang, around Around) ([]byte, error) {
	if !rev.Content.In(lang) {
		return nil, fmt.Errorf("advisory %s is not published in %q", rev.ID.Mark(pub.Prefix), lang)
	}
	a := describe(p.say, rev, pub, lang)
	a.Base = look.Base{
		Title: a.Mark + " " + a.Headline, Lang: lang, Zone: zoneOf(pub), Now: rev.At,
		Centre: look.Centre{Name: pub.Name, Zone: zoneOf(pub)}, Nav: around.Nav, Home: around.Home, Search: around.Search,
		Path: pub.PagePath(rev.ID, lang),
	}
	if rev.Content.In(lang.Other()) {
		a.Base.Other = pub.PagePath(rev.ID, lang.Other())
	}
	return p.set.Render(a)
}

func zoneOf(pub advisory.Publisher) *time.Location {
	if pub.Zone == nil {
		return time.UTC
	}
	return pub.Zone
}
