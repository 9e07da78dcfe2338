package cvd

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"

	"nakodo/internal/party"
	"nakodo/internal/words"
)

// Part is what came into a case when another was merged into it. Who took part
// in only one of the two goes on reading that one, inside the joined case, and
// reads the other once it has been asked and has agreed: what is shared under
// TLP:AMBER+STRICT is shared with those who need it, and a merge is the centre's
// idea, not theirs (Vultron EM, merge; norms 9 and 11).
type Part struct {
	ID      string          `json:"id"`   // "m" and eight hexadecimal digits: a number would tell how many there are
	Case    CaseID          `json:"case"` // the case that was merged
	At      time.Time       `json:"at"`
	Title   words.Text      `json:"title"`
	Brief   words.Text      `json:"brief"`
	Reports []ReportID      `json:"reports,omitempty"`
	Vulns   []Vuln          `json:"vulns,omitempty"` // by their names in this case, in the words of the merged one
	Own     []string        `json:"own,omitempty"`   // of these, which this case did not have before
	Parties []ParticipantID `json:"parties,omitempty"`
}

// MainPart is the case itself: what did not come in by a merge.
const MainPart = "main"

// Apart is a part of the case that a participant does not read. Asked is set
// while it has been asked whether it will.
type Apart struct {
	Part  string    `json:"part"`
	Asked time.Time `json:"asked,omitzero"`
}

// partID names a part. It is made of both cases, and neither can be read in it.
func partID(into, from CaseID) string {
	sum := sha256.Sum256([]byte(string(into) + "\x00" + string(from)))
	return "m" + hex.EncodeToString(sum[:4])
}

// reads reports whether a participant reads a part, as far as parts decide.
func (p *Participant) reads(part string) bool {
	return !slices.ContainsFunc(p.Apart, func(a Apart) bool { return a.Part == part })
}

// asked are the parts that a participant may now agree to read.
func (c *Case) asked(p *Participant) []string {
	var parts []string
	for _, a := range p.Apart {
		if !a.Asked.IsZero() && c.Opens(p) {
			parts = append(parts, a.Part)
		}
	}
	return parts
}

// vulnsFor are the vulnerabilities that a participant reads. Who does not read the
// case itself has those of its own part, in that part's words.
func (c *Case) vulnsFor(p *Participant) []Vuln {
	if len(p.Apart) == 0 {
		return c.Vulns
	}
	hidden, words := map[string]bool{}, map[string]Vuln{}
	for _, part := range c.Parts {
		for _, id := range part.Own {
			hidden[id] = hidden[id] || !p.reads(part.ID)
		}
		for _, v := range part.Vulns {
			if p.reads(part.ID) && !slices.Contains(part.Own, v.ID) {
				words[v.ID] = v
			}
		}
	}
	var vs []Vuln
	for _, v := range c.Vulns {
		came := c.cameWith(v.ID)
		own, mine := words[v.ID]
		switch {
		case came != "" && !hidden[v.ID], came == "" && p.reads(MainPart):
			vs = append(vs, v)
		case came == "" && mine:
			vs = append(vs, own)
		}
	}
	return vs
}

// cameWith is the part with which a vulnerability came in; "": none.
func (c *Case) cameWith(vuln string) string {
	for _, part := range c.Parts {
		if slices.Contains(part.Own, vuln) {
			return part.ID
		}
	}
	return ""
}

// readable are the vulnerabilities whose statuses a participant may read: those
// that it reads; a finder those that its own report tells of.
func (c *Case) readable(p *Participant) map[string]bool {
	ids := map[string]bool{}
	if p.Role == party.Finder {
		for _, id := range c.Tells(p.Report) {
			ids[id] = true
		}
		return ids
	}
	for _, v := range c.vulnsFor(p) {
		ids[v.ID] = true
	}
	return ids
}

// reportsFor are the reports whose text a participant reads.
func (c *Case) reportsFor(p *Participant) []ReportID {
	var rs []ReportID
	for _, r := range c.Reports {
		reads := true
		in := false
		for _, part := range c.Parts {
			if slices.Contains(part.Reports, r) {
				in, reads = true, p.reads(part.ID)
			}
		}
		if !in {
			reads = p.reads(MainPart)
		}
		if reads {
			rs = append(rs, r)
		}
	}
	return rs
}

// sharedWith reports whether others' words on a vulnerability are for a
// participant who reads it. Where it is one and the same in both of two joined
// cases, who reads only the other's part does not read what was said in ours.
func (c *Case) sharedWith(p *Participant, vuln string) bool {
	return p.reads(MainPart) || c.cameWith(vuln) != ""
}

// sharedBy is the same for a vendor's statement, which is on no vulnerability.
func (c *Case) sharedBy(p *Participant, org party.OrgID) bool {
	q := c.Party(OrgParticipant(org))
	return p.reads(MainPart) || q != nil && q.Part != ""
}

// Knows reports whether a participant may know that another one takes part: it
// shows itself, and both are in a part that the first one reads.
func (c *Case) Knows(p, q *Participant) bool {
	return p != nil && q != nil && p.Knows(q) && (q.ID == Centre || c.SharesPart(p, q))
}

// SharesPart reports whether a participant reads a part that another one is in.
func (c *Case) SharesPart(p, q *Participant) bool {
	if q.Part == "" && p.reads(MainPart) {
		return true
	}
	return slices.ContainsFunc(c.Parts, func(x Part) bool { return p.reads(x.ID) && slices.Contains(x.Parties, q.ID) })
}

// TitleFor is the title of what a participant reads.
func (c *Case) TitleFor(p *Participant) words.Text {
	title, _, _ := c.headFor(p)
	return title
}

// headFor is the title and the text of what a participant reads, and the further
// parts that it reads beside them.
func (c *Case) headFor(p *Participant) (title, brief words.Text, more []Part) {
	for _, part := range c.Parts {
		if p.reads(part.ID) {
			more = append(more, Part{ID: part.ID, At: part.At, Title: part.Title, Brief: part.Brief})
		}
	}
	if p.reads(MainPart) || len(more) == 0 {
		if !p.reads(MainPart) {
			return words.Text{}, words.Text{}, nil
		}
		return c.Title, c.Brief, more
	}
	return more[0].Title, more[0].Brief, more[1:]
}

// showContent fills in the content as far as a participant reads its parts.
func (c Case) showContent(v *View, p *Participant) {
	v.Title, v.Brief, v.Parts = c.headFor(p)
	v.Vulns, v.Reports = slices.Clone(c.vulnsFor(p)), c.reportsFor(p)
}
