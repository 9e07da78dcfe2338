package mail

import (
	"strings"

	"nakodo/internal/keys"
)

// Participant is somebody who may write into a thread, as far as letters can
// tell: name them as Who does.
type Participant struct {
	Who          string
	Mails        []string
	Fingerprints []string // of the OpenPGP keys the centre holds for them
}

// Evidence is what speaks for a letter being from a participant.
type Evidence struct {
	Token     bool // it came to the reply address made for them: the writer saw a letter to them
	Signature bool // it is wholly signed with their key, and the mark is inside what is signed
	Address   bool // it claims their address, which anybody can write
}

// Verdict is what to do with a letter that names a thread.
type Verdict struct {
	Mark     string
	Who      string // whom the evidence points to; "" for nobody
	Evidence Evidence
	Joins    bool   // into the thread, in the name of Who
	Why      string // otherwise: the catalogue key of the reason it waits in the tray
}

// Weigh decides whether a letter may join the thread of one of its marks. A
// mark is no secret: it stands in the subject of every letter, and once the
// advisory is out the world knows it. So a letter joins only on a token or a
// signature; anything less waits for an officer, with Who as the suggestion.
//
// inCase are those who are in the case now; whoever left is not among them, and
// with that their reply address has stopped to work.
func Weigh(in Inbound, mark string, inCase []Participant, box Box) Verdict {
	best := Verdict{Mark: mark, Why: "mail.tray.stranger"}
	for _, p := range inCase {
		e := Evidence{
			Token:     hasToken(in, mark, p.Who, box),
			Signature: signedBy(in, mark, p),
			Address:   containsFold(p.Mails, in.From.Mail),
		}
		if rank(e) > rank(best.Evidence) {
			best.Who, best.Evidence = p.Who, e
		}
	}
	switch {
	case in.Kind != Letter:
		best.Why = "mail.tray.automatic"
	case in.Seal.Signature.Verdict == keys.Bad:
		best.Why = "mail.tray.bad_signature"
	case in.Seal.Closed:
		best.Why = "mail.tray.closed"
	case best.Evidence.Token || best.Evidence.Signature:
		best.Joins, best.Why = true, ""
	case best.Evidence.Address:
		best.Why = "mail.tray.unproven"
	}
	return best
}

// rank orders evidence: a signature tells who wrote, a token only that they
// were written to, an address nothing but a claim.
func rank(e Evidence) int {
	n := 0
	if e.Signature {
		n += 4
	}
	if e.Token {
		n += 2
	}
	if e.Address {
		n++
	}
	return n
}

func hasToken(in Inbound, mark, who string, box Box) bool {
	for _, f := range in.Marks {
		if f.Place == InAddress && f.Mark == mark && f.Tag != "" && box.Proves(f.Tag, mark, who) {
			return true
		}
	}
	return false
}

// signedBy wants the mark inside what is signed: otherwise anybody could send
// an old signed letter again, under another subject, into this thread.
func signedBy(in Inbound, mark string, p Participant) bool {
	s := in.Seal
	if s.Signature.Verdict != keys.Good || !s.Whole {
		return false
	}
	inside := false
	for _, m := range s.Marks {
		inside = inside || m == mark
	}
	return inside && containsFold(p.Fingerprints, s.Signature.Fingerprint)
}

func containsFold(list []string, s string) bool {
	for _, have := range list {
		if s != "" && strings.EqualFold(have, s) {
			return true
		}
	}
	return false
}
