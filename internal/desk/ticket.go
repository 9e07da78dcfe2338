package desk

import (
	"crypto/hmac"
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"

	"nakodo/internal/fault"
)

// ticketLife is how long a file that was kept for a form waits for the form to
// be sent right: shorter than loose bytes are left lying.
const ticketLife = 20 * time.Hour

// ticket is what Ticket signs.
type ticket struct {
	Upload Upload
	At     time.Time
}

// Ticket is a kept file as a word that a form can carry, so that a form sent
// again after a mistake still has its files. Nobody else can make one.
func (d *Desk) Ticket(u Upload) (string, error) {
	raw, err := json.Marshal(ticket{u, d.Now()})
	if err != nil {
		return "", err
	}
	body := base64.RawURLEncoding.EncodeToString(raw)
	return body + "." + d.token("upload", body), nil
}

// Uploads reads tickets back. One that is too old, or not ours, is refused: the
// file must be attached again.
func (d *Desk) Uploads(field string, tickets []string) ([]Upload, error) {
	var kept []Upload
	var k fault.Check
	for _, s := range tickets {
		if s == "" {
			continue
		}
		body, mac, _ := strings.Cut(s, ".")
		raw, err := base64.RawURLEncoding.DecodeString(body)
		var t ticket
		if err != nil || !hmac.Equal([]byte(mac), []byte(d.token("upload", body))) || json.Unmarshal(raw, &t) != nil || d.Now().Sub(t.At) > ticketLife {
			k.Add(field, "fault.files.again")
			continue
		}
		kept = append(kept, t.Upload)
	}
	return kept, k.Err()
}
