package mail

import (
	"regexp"
	"strings"
)

// Returned is a delivery report (RFC 3464) or a bounce in free text.
type Returned struct {
	Letter string // Hash of the id of the letter that came back; "" where nothing tells
	Proven bool   // the bounce address proves it: nobody else can strike off a contact
	Failed []Undelivered
}

// Final reports whether a recipient will never get the letter; a report of
// delay is not final.
func (r Returned) Final() bool {
	for _, f := range r.Failed {
		if f.Permanent {
			return true
		}
	}
	return false
}

// Undelivered is one recipient of a delivery report.
type Undelivered struct {
	Address   string
	Status    string // such as 5.1.1; "" where the report gives none
	Why       string // the server's words
	Permanent bool
}

// returned recognises a letter that came back; nil where it is none.
func (r Reader) returned(h header, env Envelope, in Inbound, w *walker) *Returned {
	b := &Returned{}
	for _, a := range in.Recipients {
		if t, ok := r.Box.Read(a, r.Marks); ok && t.Letter != "" {
			b.Letter, b.Proven = t.Letter, true
		}
	}
	reports := len(w.status) > 0
	if !reports && !(emptySender(h, env) || daemon(in.From.Mail)) && !b.Proven {
		return nil
	}
	delayed := false
	for _, s := range w.status {
		failed, late := statusOf(s)
		b.Failed = append(b.Failed, failed...)
		delayed = delayed || late
	}
	if b.Letter == "" {
		b.Letter = r.originalOf(in, w)
	}
	switch {
	case len(b.Failed) > 0 || delayed:
		return b
	case automaticAnswer(h, in.Subject) || !b.Proven && !daemon(in.From.Mail):
		return nil // an absence notice sent to the envelope address
	}
	b.Failed = freeText(in.Text)
	return b
}

// daemon knows the senders of bounces in free text.
func daemon(address string) bool {
	local, _, _ := strings.Cut(address, "@")
	return local == "mailer-daemon" || local == "postmaster" || local == "mail-daemon"
}

// automaticAnswer tells an absence notice that came back to the envelope
// address from a bounce that came there.
func automaticAnswer(h header, subject string) bool {
	return strings.HasPrefix(strings.ToLower(h.get("auto-submitted")), "auto-replied") &&
		!failureWords.MatchString(subject)
}

// statusOf reads the groups of fields of a message/delivery-status part: one
// about the message, then one for each recipient. Gmail wraps them into a
// text/plain part inside.
func statusOf(e *entity) (failed []Undelivered, delayed bool) {
	b := e.content()
	if h, rest := splitHeader(b); strings.HasPrefix(h.get("content-type"), "text/plain") {
		b = rest
	}
	for len(b) > 0 {
		var h header
		h, b = splitHeader(b)
		if len(h) == 0 {
			if line, rest := cutLine(b); len(line) >= 0 {
				b = rest
			}
			continue
		}
		address := after(h.get("final-recipient"))
		if address == "" {
			address = after(h.get("original-recipient"))
		}
		action := strings.ToLower(strings.TrimSpace(h.get("action")))
		if action == "" || address == "" {
			continue
		}
		switch {
		case strings.HasPrefix(action, "failed"):
			status := strings.TrimSpace(h.get("status"))
			failed = append(failed, Undelivered{
				Address: strings.ToLower(address), Status: statusCode.FindString(status),
				Why: line(after(h.text("diagnostic-code"))), Permanent: !strings.HasPrefix(status, "4"),
			})
		case strings.HasPrefix(action, "delayed"):
			delayed = true
		}
	}
	return failed, delayed
}

var statusCode = regexp.MustCompile(`[245]\.\d{1,3}\.\d{1,3}`)

// after drops the type before a semicolon: "rfc822; a@b.example".
func after(s string) string {
	if _, v, ok := strings.Cut(s, ";"); ok {
		s = v
	}
	return tidy(strings.Trim(strings.TrimSpace(s), "<>"))
}

// originalOf finds which letter of ours a report sends back. A stranger could
// write this, so it is a hint and no proof.
func (r Reader) originalOf(in Inbound, w *walker) string {
	ids := append([]string(nil), in.InReplyTo...)
	for _, e := range w.back {
		h, _ := splitHeader(e.content())
		ids = append(ids, messageIDs(h.get("message-id"))...)
	}
	for _, id := range ids {
		if letter, _, own := r.Box.Own(id, r.Marks); own && letter != "" {
			return letter
		}
	}
	return ""
}

var (
	failureWords = regexp.MustCompile(`(?i)undeliver|returned mail|delivery (status|failure|has failed)|failure notice|mail delivery failed|配信(不能|できません|に失敗)|送信(できません|に失敗)|届け(られ|ること)`)
	later        = regexp.MustCompile(`(?i)will (be|keep|continue)( to)? (retr|try)|delayed|warning only|再送を試み|遅延`)
	inBrackets   = regexp.MustCompile(`<?([A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,253}\.[A-Za-z]{2,})>?`)
)

// freeText makes what it can of a bounce without a report: the first address it
// names, and the first status code.
func freeText(text string) []Undelivered {
	if later.MatchString(text) {
		return nil
	}
	u := Undelivered{Status: statusCode.FindString(text)}
	if m := inBrackets.FindStringSubmatch(text); m != nil {
		u.Address = strings.ToLower(m[1])
	}
	u.Permanent = !strings.HasPrefix(u.Status, "4") && (u.Status != "" || failureWords.MatchString(text))
	for _, l := range strings.Split(text, "\n") {
		if u.Status != "" && strings.Contains(l, u.Status) {
			u.Why = line(l)
			break
		}
	}
	return []Undelivered{u}
}
