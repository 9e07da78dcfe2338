package csaf

import (
	"strings"

	"nakodo/csaf/purl"
)

func purlQualifiers(c *checker) {
	for _, p := range c.products {
		purls := p.helper.Get("purls")
		first := purls.At(0)
		if purls.Len() < 2 || !first.Is(String) {
			continue
		}
		for n := range purls.Items() {
			if n.Is(String) && !sameButQualifiers(first.Text(), n.Text()) {
				c.fail(n, "%q differs from %q in more than its qualifiers; package URLs of one product name the same package and version", n.Text(), first.Text())
			}
		}
	}
}

// sameButQualifiers compares type, namespace, name, version and subpath: after
// normalization, or as they are written where one is no package URL.
func sameButQualifiers(a, b string) bool {
	p, err1 := purl.Parse(a)
	q, err2 := purl.Parse(b)
	if err1 != nil || err2 != nil {
		return withoutQualifiers(a) == withoutQualifiers(b)
	}
	return p.SameBut(q)
}

func withoutQualifiers(purl string) string {
	rest, subpath, _ := strings.Cut(purl, "#")
	rest, _, _ = strings.Cut(rest, "?")
	return rest + "#" + strings.Trim(subpath, "/")
}

func starsInModelNumber(c *checker)  { c.stars("model_numbers", "model number") }
func starsInSerialNumber(c *checker) { c.stars("serial_numbers", "serial number") }
func starsInSKU(c *checker)          { c.stars("skus", "stock keeping unit") }

// stars finds values with more than one star that is not escaped: it would be
// ambiguous which part of the value each of them stands for.
func (c *checker) stars(key, what string) {
	for _, p := range c.products {
		for n := range p.helper.Get(key).Items() {
			if openStars(n.Text()) > 1 {
				c.fail(n, `the %s %q has more than one star; keep one, or write \* for a star that is meant as such`, what, n.Text())
			}
		}
	}
}

// openStars counts the stars that no backslash escapes.
func openStars(s string) int {
	count := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++ // the next character is meant as such
		case '*':
			count++
		}
	}
	return count
}
