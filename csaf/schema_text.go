package csaf

import (
	"net/netip"
	"strings"
	"unicode/utf8"
)

// formats are the formats that the schemas assert.
var formats = map[string]func(string) bool{
	"date-time": isDateTime,
	"uri":       isURI,
	"uuid":      isUUID,
}

// formatNames are the formats in words.
var formatNames = map[string]string{
	"date-time": "date and time of RFC 3339, such as 2026-01-31T09:00:00Z",
	"uri":       "URI of RFC 3986, such as https://example.com/",
	"uuid":      "UUID of RFC 9562",
}

func isDateTime(s string) bool {
	p, ok := splitTime(s)
	if !ok || p.second < 60 {
		return ok
	}
	// A leap second is the last one of a day in UTC.
	end := int(p.offset.Minutes()) + 23*60 + 59
	return (p.hour*60+p.minute-end)%(24*60) == 0
}

func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		if i == 8 || i == 13 || i == 18 || i == 23 {
			if s[i] != '-' {
				return false
			}
		} else if !isHex(s[i]) {
			return false
		}
	}
	return true
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

func isAlpha(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// isURI reports whether s is a URI (not a relative reference) by the grammar of
// RFC 3986.
func isURI(s string) bool {
	scheme, rest, ok := strings.Cut(s, ":")
	if !ok || scheme == "" || !isAlpha(scheme[0]) {
		return false
	}
	for i := range len(scheme) {
		if c := scheme[i]; !isAlpha(c) && !isDigit(c) && c != '+' && c != '-' && c != '.' {
			return false
		}
	}
	rest, fragment, _ := strings.Cut(rest, "#")
	rest, query, _ := strings.Cut(rest, "?")
	if !uriChars(fragment, ":@/?") || !uriChars(query, ":@/?") {
		return false
	}
	if after, ok := strings.CutPrefix(rest, "//"); ok {
		authority, path := after, ""
		if i := strings.IndexByte(after, '/'); i >= 0 {
			authority, path = after[:i], after[i:]
		}
		return isAuthority(authority) && uriChars(path, ":@/")
	}
	return uriChars(rest, ":@/")
}

// uriPlain has true for unreserved characters and sub-delims (RFC 3986).
var uriPlain = func() (t [256]bool) {
	for c := range t {
		b := byte(c)
		t[c] = isAlpha(b) || isDigit(b) || c < utf8.RuneSelf && strings.IndexByte("-._~!$&'()*+,;=", b) >= 0
	}
	return t
}()

// uriChars reports whether s has only unreserved characters, sub-delims,
// percent escapes and those of extra.
func uriChars(s, extra string) bool {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case uriPlain[c]:
		case c == '%':
			if i+2 >= len(s) || !isHex(s[i+1]) || !isHex(s[i+2]) {
				return false
			}
			i += 2
		case strings.IndexByte(extra, c) < 0:
			return false
		}
	}
	return true
}

func isAuthority(s string) bool {
	if i := strings.LastIndexByte(s, '@'); i >= 0 {
		if !uriChars(s[:i], ":") {
			return false
		}
		s = s[i+1:]
	}
	host, port := s, ""
	if strings.HasPrefix(s, "[") {
		i := strings.IndexByte(s, ']')
		if i < 0 || !isIPLiteral(s[1:i]) {
			return false
		}
		host, port = "", s[i+1:]
		if port != "" && port[0] != ':' {
			return false
		}
		port = strings.TrimPrefix(port, ":")
	} else {
		host, port, _ = strings.Cut(s, ":")
	}
	return uriChars(host, "") && (port == "" || isDigits(port))
}

// isIPLiteral reports whether s may stand in brackets: IPv6, or the "v1.x"
// form for addresses to come.
func isIPLiteral(s string) bool {
	if len(s) > 2 && s[0]|0x20 == 'v' {
		version, address, ok := strings.Cut(s[1:], ".")
		return ok && version != "" && strings.Trim(version, "0123456789abcdefABCDEF") == "" &&
			address != "" && !strings.Contains(address, "%") && uriChars(address, ":")
	}
	a, err := netip.ParseAddr(s)
	return err == nil && a.Is6() && a.Zone() == ""
}

// knownPatterns are hand-written equals of patterns in the schemas: of the
// frequent ones, because Go's regular expressions are slow, and of the one
// that they cannot say. A test holds each against its pattern.
var knownPatterns = map[string]func(string) bool{
	`^CVE-[0-9]{4}-[0-9]{4,}$`: isCVE,
	`^CWE-[1-9]\d{0,5}$`:       isCWE,
	`^(0|[1-9][0-9]*)$|^((0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\+([0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*))?)$`: func(s string) bool { return parseDocVersion(s).ok },
	`^[\S](.*[\S])?$`:             func(s string) bool { return isFramed(s, "") },
	`^[^\s\-_\.](.*[^\s\-_\.])?$`: func(s string) bool { return isFramed(s, "-_.") },
	`^[0-9a-fA-F]{32,}$`:          func(s string) bool { return len(s) >= 32 && allBytes(s, isHex) },
	`^[0-9a-f]{32,}$`: func(s string) bool {
		return len(s) >= 32 && allBytes(s, func(c byte) bool { return isDigit(c) || 'a' <= c && c <= 'f' })
	},
	`^((AV:[NAL]|AC:[LMH]|Au:[MSN]|[CIA]:[NPC]|E:(U|POC|F|H|ND)|RL:(OF|TF|W|U|ND)|RC:(UC|UR|C|ND)|CDP:(N|L|LM|MH|H|ND)|TD:(N|L|M|H|ND)|[CIA]R:(L|M|H|ND))/)*(AV:[NAL]|AC:[LMH]|Au:[MSN]|[CIA]:[NPC]|E:(U|POC|F|H|ND)|RL:(OF|TF|W|U|ND)|RC:(UC|UR|C|ND)|CDP:(N|L|LM|MH|H|ND)|TD:(N|L|M|H|ND)|[CIA]R:(L|M|H|ND))$`:                                                                                                   func(s string) bool { return isVector(s, "", cvss2Form) },
	`^CVSS:3[.]0/((AV:[NALP]|AC:[LH]|PR:[NLH]|UI:[NR]|S:[UC]|[CIA]:[NLH]|E:[XUPFH]|RL:[XOTWU]|RC:[XURC]|[CIA]R:[XLMH]|MAV:[XNALP]|MAC:[XLH]|MPR:[XNLH]|MUI:[XNR]|MS:[XUC]|M[CIA]:[XNLH])/)*(AV:[NALP]|AC:[LH]|PR:[NLH]|UI:[NR]|S:[UC]|[CIA]:[NLH]|E:[XUPFH]|RL:[XOTWU]|RC:[XURC]|[CIA]R:[XLMH]|MAV:[XNALP]|MAC:[XLH]|MPR:[XNLH]|MUI:[XNR]|MS:[XUC]|M[CIA]:[XNLH])$`:                                                func(s string) bool { return isVector(s, "CVSS:3.0/", cvss3Form) },
	`^CVSS:3[.]1/((AV:[NALP]|AC:[LH]|PR:[NLH]|UI:[NR]|S:[UC]|[CIA]:[NLH]|E:[XUPFH]|RL:[XOTWU]|RC:[XURC]|[CIA]R:[XLMH]|MAV:[XNALP]|MAC:[XLH]|MPR:[XNLH]|MUI:[XNR]|MS:[XUC]|M[CIA]:[XNLH])/)*(AV:[NALP]|AC:[LH]|PR:[NLH]|UI:[NR]|S:[UC]|[CIA]:[NLH]|E:[XUPFH]|RL:[XOTWU]|RC:[XURC]|[CIA]R:[XLMH]|MAV:[XNALP]|MAC:[XLH]|MPR:[XNLH]|MUI:[XNR]|MS:[XUC]|M[CIA]:[XNLH])$`:                                                func(s string) bool { return isVector(s, "CVSS:3.1/", cvss3Form) },
	`^(?!https:\/\/docs\.oasis-open\.org\/csaf\/csaf\/v2\.1\/([^\/\s]+/)*schema\/extension-content\.json)(https:\/\/[a-z0-9](([a-z0-9-]){0,61}[a-z0-9])?(\.[a-z0-9](([a-z0-9-]){0,61}[a-z0-9])?)+\/([^\/\s]+/)*[^\/\s]+_(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\+([0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*))?\.json)$`: isExtensionURL,
}

// patternForms say in words what the patterns of the schemas want, by the
// beginning of the pattern.
var patternForms = []struct{ begin, form string }{
	{`^CVE-`, "of a CVE number, such as CVE-2026-0001"},
	{`^CWE-`, "of a CWE number, such as CWE-79"},
	{`^(0|[1-9][0-9]*)$|`, "of a version, such as 3 or 1.2.0"},
	{`^(([A-Za-z]{2,3}(-`, "of a language tag, such as en or ja-JP"},
	{`^[\S](.*`, "of a text that neither begins nor ends with white space"},
	{`^[^\s\-_\.](.*`, "of a text that neither begins nor ends with white space, a dash, an underscore or a dot"},
	{`^[0-9a-f`, "of a hash, at least 32 hexadecimal digits"},
	{`^((AV:`, "of a CVSS 2.0 vector"},
	{`^CVSS:3[.]0/`, "of a CVSS 3.0 vector"},
	{`^CVSS:3[.]1/`, "of a CVSS 3.1 vector"},
	{`^CVSS:4[.]0/`, "of a CVSS 4.0 vector, its metrics in their order"},
	{`^(cpe:2`, "of a CPE name, such as cpe:2.3:a:example:product:1.0:*:*:*:*:*:*:*"},
	{`^((cpe:2`, "of a CPE name, such as cpe:2.3:a:example:product:1.0:*:*:*:*:*:*:*"},
	{`^pkg:`, "of a package URL, such as pkg:deb/debian/curl@7.88.1"},
	{`^(([0-9a-f]{8}-`, "of a UUID of version 4, or of the nil or max UUID"},
	{`^(([0]\.`, "of a number from 0 to 1 with decimals, such as 0.25"},
	{`^[1-9]\d*\.`, "of the version of a CWE list, such as 4.17"},
	{`^[0-9a-z][0-9a-z-]*$`, "of a hash algorithm's name in lower case, such as sha256"},
	{`^(?!https:`, "of the URL of a CSAF extension's schema, which ends in _1.0.0.json or another version"},
}

// patternForm says what a pattern wants.
func patternForm(pattern string) string {
	for _, p := range patternForms {
		if strings.HasPrefix(pattern, p.begin) {
			return p.form
		}
	}
	return clip(pattern)
}

// langPattern is how the pattern of language tags begins, for which most texts
// need no regular expression: see isPlainLang.
const langPattern = `^(([A-Za-z]{2,3}(-[A-Za-z]{3}(-[A-Za-z]{3}){0,2})?|[A-Za-z]{4,8})(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?`

// isPlainLang reports whether s is a tag like "en" or "ja-JP".
func isPlainLang(s string) bool {
	return len(s) == 2 && isAlpha(s[0]) && isAlpha(s[1]) ||
		len(s) == 5 && isPlainLang(s[:2]) && s[2] == '-' && isPlainLang(s[3:])
}

func allBytes(s string, f func(byte) bool) bool {
	for i := range len(s) {
		if !f(s[i]) {
			return false
		}
	}
	return true
}

func isCVE(s string) bool {
	return len(s) >= len("CVE-2026-0001") && s[:4] == "CVE-" && isDigits(s[4:8]) && s[8] == '-' && isDigits(s[9:])
}

func isCWE(s string) bool {
	return len(s) >= 5 && len(s) <= 10 && s[:4] == "CWE-" && s[4] != '0' && isDigits(s[4:])
}

// isSpace is the white space of ECMA 262.
func isSpace(r rune) bool {
	switch r {
	case '\t', '\n', '\v', '\f', '\r', ' ', 0xA0, 0x1680, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000, 0xFEFF:
		return true
	}
	return 0x2000 <= r && r <= 0x200A
}

// isFramed reports whether s begins and ends with a character that is neither
// white space nor one of not, and has no line end in between.
func isFramed(s, not string) bool {
	first, n := utf8.DecodeRuneInString(s)
	last, _ := utf8.DecodeLastRuneInString(s)
	return n > 0 && !isSpace(first) && !isSpace(last) &&
		!strings.ContainsRune(not, first) && !strings.ContainsRune(not, last) &&
		!strings.ContainsAny(s, "\n\r\u2028\u2029")
}

// vectorForm lists the metrics of a CVSS version, each with its values.
type vectorForm []struct{ metric, values string }

var cvss2Form = vectorForm{
	{"AV", "N A L"}, {"AC", "L M H"}, {"Au", "M S N"}, {"C", "N P C"}, {"I", "N P C"}, {"A", "N P C"},
	{"E", "U POC F H ND"}, {"RL", "OF TF W U ND"}, {"RC", "UC UR C ND"}, {"CDP", "N L LM MH H ND"},
	{"TD", "N L M H ND"}, {"CR", "L M H ND"}, {"IR", "L M H ND"}, {"AR", "L M H ND"},
}

var cvss3Form = vectorForm{
	{"AV", "N A L P"}, {"AC", "L H"}, {"PR", "N L H"}, {"UI", "N R"}, {"S", "U C"},
	{"C", "N L H"}, {"I", "N L H"}, {"A", "N L H"}, {"E", "X U P F H"}, {"RL", "X O T W U"}, {"RC", "X U R C"},
	{"CR", "X L M H"}, {"IR", "X L M H"}, {"AR", "X L M H"}, {"MAV", "X N A L P"}, {"MAC", "X L H"},
	{"MPR", "X N L H"}, {"MUI", "X N R"}, {"MS", "X U C"}, {"MC", "X N L H"}, {"MI", "X N L H"}, {"MA", "X N L H"},
}

// isVector reports whether s is a prefix and metrics in any order, also twice.
func isVector(s, prefix string, form vectorForm) bool {
	s, ok := strings.CutPrefix(s, prefix)
	for more := ok; more; {
		var part string
		part, s, more = strings.Cut(s, "/")
		metric, value, _ := strings.Cut(part, ":")
		if !form.allows(metric, value) {
			return false
		}
	}
	return ok
}

func (f vectorForm) allows(metric, value string) bool {
	if value == "" || strings.Contains(value, " ") {
		return false
	}
	for _, m := range f {
		if m.metric == metric {
			for have := range strings.SplitSeq(m.values, " ") {
				if have == value {
					return true
				}
			}
			return false
		}
	}
	return false
}

// isExtensionURL reports whether s can be the $schema of a CSAF extension: an
// https URL without port, whose file name ends in _VERSION.json, and not the
// schema that all extensions share.
func isExtensionURL(s string) bool {
	rest, ok := strings.CutPrefix(s, "https://")
	host, path, ok2 := strings.Cut(rest, "/")
	if !ok || !ok2 || !isHostName(host) || isSharedSchema(s) {
		return false
	}
	parts := strings.Split(path, "/")
	for _, p := range parts {
		if p == "" || strings.ContainsFunc(p, isSpace) {
			return false
		}
	}
	name, ok := strings.CutSuffix(parts[len(parts)-1], ".json")
	for i := range name {
		if name[i] == '_' && i > 0 {
			if v := parseDocVersion(name[i+1:]); v.ok && !v.integer {
				return ok
			}
		}
	}
	return false
}

func isSharedSchema(s string) bool {
	rest, ok := strings.CutPrefix(s, "https://docs.oasis-open.org/csaf/csaf/v2.1/")
	if !ok {
		return false
	}
	for {
		if strings.HasPrefix(rest, "schema/extension-content.json") {
			return true
		}
		dir, after, more := strings.Cut(rest, "/")
		if !more || dir == "" || strings.ContainsFunc(dir, isSpace) {
			return false
		}
		rest = after
	}
}

// isHostName reports whether s is two or more labels of lower-case letters,
// digits and inner hyphens, each of at most 63 characters.
func isHostName(s string) bool {
	labels := 0
	for l := range strings.SplitSeq(s, ".") {
		labels++
		if l == "" || len(l) > 63 || l[0] == '-' || l[len(l)-1] == '-' ||
			!allBytes(l, func(c byte) bool { return isDigit(c) || 'a' <= c && c <= 'z' || c == '-' }) {
			return false
		}
	}
	return labels >= 2
}
