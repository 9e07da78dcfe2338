package match

import (
	"net/url"
	"strings"

	"nakodo/internal/fold"
)

// Places are the addresses an organisation is found at: domains, CPE and
// package-URL prefixes, each as a key with its kind in front. Text is looked
// through for the same kinds.

// placesOf gives the keys of an entry. What cannot be read as an address is
// left out: it could find nothing.
func placesOf(e Entry) []string {
	seen := make(map[string]bool)
	var keys []string
	add := func(key string) {
		if key != "" && !seen[key] {
			seen[key] = true
			keys = append(keys, key)
		}
	}
	for _, d := range e.Domains {
		add(domainKey(d))
	}
	for _, c := range e.CPEs {
		add(last(cpeKeys(c)))
	}
	for _, p := range e.PURLs {
		add(last(purlKeys(p)))
	}
	return keys
}

func last(keys []string) string {
	if len(keys) == 0 {
		return ""
	}
	return keys[len(keys)-1]
}

// domainKey reads a domain, also from a URL or a mail address.
func domainKey(s string) string {
	if host := hostOf(fold.Search(s)); host != "" {
		return "domain:" + host
	}
	return ""
}

// hostOf gives the host name in a URL, a mail address or a bare domain, or
// nothing. A file name such as setup.exe looks like a domain too, but no
// organisation is registered under it.
func hostOf(s string) string {
	if _, rest, ok := strings.Cut(s, "://"); ok {
		s = rest
	}
	s, _, _ = strings.Cut(s, "/")
	if i := strings.LastIndexByte(s, '@'); i >= 0 {
		s = s[i+1:]
	}
	s, _, _ = strings.Cut(s, ":")
	s = strings.TrimPrefix(strings.Trim(s, "."), "www.")
	labels := strings.Split(s, ".")
	for _, label := range labels {
		if label == "" || strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
			return ""
		}
	}
	if len(labels) < 2 || isVersion(labels[len(labels)-1]) {
		return ""
	}
	return s
}

// domainKeys gives the keys a host is found under, itself last.
func domainKeys(s string) []string {
	host := hostOf(s)
	if host == "" {
		return nil
	}
	keys := []string{"domain:" + host}
	for {
		_, rest, ok := strings.Cut(host, ".")
		if !ok || !strings.Contains(rest, ".") {
			return reversed(keys)
		}
		host = rest
		keys = append(keys, "domain:"+host)
	}
}

func reversed(keys []string) []string {
	for i, j := 0, len(keys)-1; i < j; i, j = i+1, j-1 {
		keys[i], keys[j] = keys[j], keys[i]
	}
	return keys
}

// cpeKeys reads a CPE name or the beginning of one, in the form 2.3
// (cpe:2.3:o:vendor:product) or as a URI (cpe:/o:vendor:product), and gives
// its keys by vendor and by vendor and product, with and without the part.
// The most exact stands last.
func cpeKeys(s string) []string {
	s = strings.ToLower(strings.TrimSpace(s))
	var fields []string
	if rest, ok := strings.CutPrefix(s, "cpe:2.3:"); ok {
		fields = splitCPE(rest)
	} else if rest, ok := strings.CutPrefix(s, "cpe:/"); ok {
		for _, field := range strings.Split(rest, ":") {
			if plain, err := url.PathUnescape(field); err == nil {
				field = plain
			}
			fields = append(fields, field)
		}
	}
	if len(fields) < 2 || isAny(fields[1]) {
		return nil
	}
	ends := []string{fields[1]}
	if len(fields) > 2 && !isAny(fields[2]) {
		ends = append(ends, fields[1]+":"+fields[2])
	}
	var keys []string
	for _, end := range ends {
		keys = append(keys, "cpe:*:"+end)
		if !isAny(fields[0]) {
			keys = append(keys, "cpe:"+fields[0]+":"+end)
		}
	}
	return keys
}

// isAny holds for fields of a CPE name that say nothing.
func isAny(field string) bool { return field == "" || field == "*" || field == "-" }

// splitCPE splits at colons that no backslash quotes, and takes the
// backslashes off.
func splitCPE(s string) []string {
	fields := []string{""}
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == ':':
			fields = append(fields, "")
			continue
		case s[i] == '\\' && i+1 < len(s):
			i++
		}
		fields[len(fields)-1] += s[i : i+1]
	}
	return fields
}

// purlKeys reads a package URL or the beginning of one: its type with each
// further piece of namespace and name. The longest stands last. A type alone
// is nobody's.
func purlKeys(s string) []string {
	s, ok := strings.CutPrefix(strings.TrimSpace(s), "pkg:")
	if !ok {
		return nil
	}
	s, _, _ = strings.Cut(s, "#")
	s, _, _ = strings.Cut(s, "?")
	if at := strings.LastIndexByte(s, '@'); at > strings.LastIndexByte(s, '/') {
		s = s[:at]
	}
	key := "pkg:"
	var keys []string
	for i, piece := range strings.FieldsFunc(s, func(r rune) bool { return r == '/' }) {
		if plain, err := url.PathUnescape(piece); err == nil {
			piece = plain
		}
		key += "/" + strings.ToLower(piece)
		if i > 0 {
			keys = append(keys, key)
		}
	}
	return keys
}

// An address is a place met in the evidence.
type address struct {
	kind    Kind
	written string
	line    int
	keys    []string // the most exact last
}

// addresses finds all that a question holds, those in its text included.
func addresses(q Question) []address {
	var all []address
	add := func(kind Kind, written string, line int, keys []string) {
		if len(keys) > 0 {
			all = append(all, address{kind, written, line, keys})
		}
	}
	for i, line := range strings.Split(q.Text, "\n") {
		for _, field := range strings.FieldsFunc(fold.Search(line), endsAddress) {
			field = strings.Trim(field, ".:!?")
			switch {
			case strings.HasPrefix(field, "cpe:"):
				add(ByCPE, field, i+1, cpeKeys(field))
			case strings.HasPrefix(field, "pkg:"):
				add(ByPURL, field, i+1, purlKeys(field))
			case strings.Contains(field, "."):
				add(ByDomain, field, i+1, domainKeys(field))
			}
		}
	}
	for _, c := range q.CPEs {
		add(ByCPE, c, 0, cpeKeys(c))
	}
	for _, p := range q.PURLs {
		add(ByPURL, p, 0, purlKeys(p))
	}
	for _, c := range q.Components {
		add(ByComponent, c.CPE, 0, cpeKeys(c.CPE))
		add(ByComponent, c.PURL, 0, purlKeys(c.PURL))
	}
	return all
}

// endsAddress holds for what stands around addresses, Japanese text included:
// it puts no space beside them.
func endsAddress(r rune) bool {
	return r <= ' ' || r > '~' || strings.ContainsRune(`<>()[]{},;"'|`, r)
}

// addressPhrases are the vendor and product words of CPE names and package
// URLs, for organisations that registered no prefix but have the product.
func addressPhrases(q Question) []string {
	var phrases []string
	for _, c := range q.CPEs {
		phrases = append(phrases, strings.ReplaceAll(last(cpeKeys(c)), ":", " "))
	}
	for _, p := range q.PURLs {
		phrases = append(phrases, strings.ReplaceAll(last(purlKeys(p)), "/", " "))
	}
	return phrases
}
