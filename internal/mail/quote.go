package mail

import (
	"regexp"
	"strings"
)

// attribution is the line above a quotation, as the common programs write it
// in English and Japanese: "On … wrote:", "2026年11月21日(土) 18:00 … :",
// "…さんは書きました:".
var attribution = regexp.MustCompile(`(?i)^(on .{6,200} wrote:?|.{0,200}(さん|様|氏)?(は|が)?書きました[:：]?|.{0,120}のメール[:：]|(20\d\d年\d{1,2}月\d{1,2}日|20\d\d[-/]\d{1,2}[-/]\d{1,2}).{0,200}<[^<>]+@[^<>]+>[^:：]{0,20}[:：])$`)

// forwarded is the line that heads everything below it as an earlier letter.
var forwarded = regexp.MustCompile(`(?i)^(-{2,} ?(original message|元のメッセージ|オリジナルメッセージ|original-nachricht|message d'origine) ?-{2,}|_{10,})$`)

// headed are the first lines of Outlook's block of headers above an earlier letter.
var headed = regexp.MustCompile(`(?i)^(\*?(from|差出人|送信元|von|de)\*? ?[:：]) ?\S`)
var headedNext = regexp.MustCompile(`(?i)^(\*?(sent|date|to|subject|送信日時|日時|宛先|件名|gesendet|envoyé)\*? ?[:：])`)

// fresh is what the writer added to the letter answered: the quotation above
// or below is taken off, one that answers are written between stays. The whole
// text is kept beside it, so nothing is lost where this is wrong.
func fresh(text string) string {
	lines := strings.Split(text, "\n")
	lines = lines[:cutBelow(lines)]
	lines = dropSignature(lines)
	end := len(lines)
	for end > 0 && (quoted(lines[end-1]) || blank(lines[end-1])) {
		end--
	}
	if end < len(lines) && anyQuoted(lines[end:]) {
		end = dropAttribution(lines, end)
	} else {
		end = len(lines)
	}
	lines = lines[:end]
	out := strings.TrimSpace(strings.Join(lines[leading(lines):], "\n"))
	if out == "" {
		return strings.TrimSpace(text) // nothing but quotation: a person must see it
	}
	return out
}

// leading is how many lines at the top are a quotation with the answer below
// it; none where the answer goes on between further quotations.
func leading(lines []string) int {
	at := firstNonBlank(lines)
	body := at
	for n := 1; n <= 3 && at+n <= len(lines); n++ {
		if anyAttribution(lines[at : at+n]) {
			body = at + n
			break
		}
	}
	end := body
	for end < len(lines) && (quoted(lines[end]) || blank(lines[end])) {
		end++
	}
	if end == len(lines) || !anyQuoted(lines[body:end]) || anyQuoted(lines[end:]) {
		return 0
	}
	return end
}

// cutBelow finds where an earlier letter was appended without quotation marks.
func cutBelow(lines []string) int {
	for i, l := range lines {
		l = strings.TrimSpace(l)
		if forwarded.MatchString(l) && firstNonBlank(lines[:i]) < i {
			return i
		}
		if headed.MatchString(l) && firstNonBlank(lines[:i]) < i {
			n := 0
			for _, next := range lines[i+1 : min(len(lines), i+6)] {
				if headedNext.MatchString(strings.TrimSpace(next)) {
					n++
				}
			}
			if n >= 2 {
				return i
			}
		}
	}
	return len(lines)
}

// dropSignature takes off what follows the line "-- " (RFC 3676, 4.3), unless
// the quotation stands there.
func dropSignature(lines []string) []string {
	for i := len(lines) - 1; i > 0 && i > len(lines)-20; i-- {
		if lines[i] == "-- " || lines[i] == "--" {
			if firstNonBlank(lines[:i]) < i && !anyQuoted(lines[i:]) {
				return lines[:i]
			}
			return lines
		}
	}
	return lines
}

// dropAttribution steps over the line, or the two, above a quotation.
func dropAttribution(lines []string, end int) int {
	for n := 1; n <= 3 && n <= end; n++ {
		if anyAttribution(lines[end-n : end]) {
			return end - n
		}
	}
	return end
}

// anyAttribution joins lines, because programs break the attribution.
func anyAttribution(lines []string) bool {
	return attribution.MatchString(strings.Join(strings.Fields(strings.Join(lines, " ")), " "))
}

func quoted(l string) bool {
	l = strings.TrimLeft(l, " ")
	return strings.HasPrefix(l, ">") || strings.HasPrefix(l, "＞")
}

func blank(l string) bool { return strings.TrimSpace(l) == "" }

func anyQuoted(lines []string) bool {
	for _, l := range lines {
		if quoted(l) {
			return true
		}
	}
	return false
}

func firstNonBlank(lines []string) int {
	for i, l := range lines {
		if !blank(l) {
			return i
		}
	}
	return len(lines)
}
