package cvd

import (
	"slices"
	"strings"
	"time"

	"nakodo/internal/fault"
	"nakodo/internal/party"
	"nakodo/internal/product"
)

// NameProduct is an officer writing down a product of a vendor that has not
// spoken: what the report says of it. It states nothing in the vendor's name.
type NameProduct struct {
	Who     ParticipantID   `json:"who"`
	Product product.Product `json:"product"` // its Org is ignored
}

// Verb implements Verb.
func (NameProduct) Verb() string { return "name_product" }

// hows are the means of contact (Guideline IV.4.2, appendix 5).
var hows = []string{"mail", "post", "phone", "fax", "portal"}

// What came of an attempt.
const (
	CameSent      = "sent"       // it left; nothing has come back
	CameNoReply   = "no_reply"   // it rang, and nobody took it
	CameReturned  = "returned"   // it came back
	CameRefused   = "refused"    // somebody was reached and would not pass it on
	CameNoAddress = "no_address" // no address of this kind could be found: the note says where it was looked for
	CameAnswered  = "answered"   // it answered
)

// Results lists what can come of an attempt, in the order of a form.
func Results() []string {
	return []string{CameSent, CameNoReply, CameReturned, CameRefused, CameNoAddress, CameAnswered}
}

// tried is the attempt that an officer records.
func (m *move) tried(v NoteAttempt) (Attempt, error) {
	a := Attempt{At: m.now, How: v.How, By: v.By, To: strings.TrimSpace(v.To), Came: v.Came, Note: strings.TrimSpace(v.Note)}
	if !v.At.IsZero() {
		a.At = v.At.UTC()
	}
	var k fault.Check
	k.Need(slices.Contains(hows, v.How), "how", "fault.case.how")
	k.Need(v.Came == "" || slices.Contains(Results(), v.Came), "came", "fault.case.came")
	k.Need(v.Came != CameNoAddress || a.Note != "", "note", "fault.case.looked_where")
	k.Need(!a.At.After(m.now), "at", "fault.case.attempt_future")
	k.Need(!a.At.Before(m.c.Opened.Truncate(time.Minute)), "at", "fault.case.attempt_early") // a form says minutes
	if v.By != "" && v.By != m.by.Person {
		return a, fault.New(fault.NotAllowed, "fault.case.attempt_own")
	}
	return a, k.Err()
}

func (v NameProduct) apply(m *move) error {
	if err := officerOnly(m.by); err != nil {
		return err
	}
	p, err := m.other(v.Who)
	if err != nil {
		return err
	}
	if p.Role != party.Vendor {
		return fault.New(fault.NotNow, "fault.case.vendors_only")
	}
	var k fault.Check
	k.Need(strings.TrimSpace(v.Product.Name) != "", "name", "fault.case.product_name")
	if err := k.Err(); err != nil {
		return err
	}
	m.keepProduct(p.Org, v.Product)
	return nil
}
