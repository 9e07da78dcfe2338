package desk

import (
	"context"
	"encoding/json"
	"strings"
	"unicode/utf8"

	"nakodo/internal/fault"
	"nakodo/internal/journal"
	"nakodo/internal/keyword"
	"nakodo/internal/party"
	"nakodo/internal/store"
)

// Questions is the list of technology keywords as an organisation has answered
// it so far.
type Questions struct {
	Org     party.OrgID
	Name    string
	Edition keyword.Edition
	Groups  []QuestionGroup
	Total   int
	Open    int  // not answered yet
	Begun   bool // something was answered: what is open now is new, or was left for later
}

// QuestionGroup is a part that is saved as one.
type QuestionGroup struct {
	keyword.Group
	Lines []Question
	Open  int
}

// Question is one keyword with its answer, if there is one.
type Question struct {
	keyword.Keyword
	Answer   party.KeywordAnswer
	Answered bool
}

// KeywordReply is one line of the questionnaire as it is sent in.
type KeywordReply struct {
	Keyword  string
	Reply    party.Reply
	Products []string // of no meaning unless the reply is yes
}

// The most that one answer may name.
const (
	maxAnswerProducts = 50
	maxAnswerProduct  = 200 // characters
)

// mayAnswer lets officers in, and a vendor's people for their own organisation.
// To others the organisation does not exist.
func mayAnswer(by party.Actor, org party.OrgID) error {
	if officer(by) == nil || by.Role == party.Vendor && by.Person != "" && by.Org != "" && by.Org == org {
		return nil
	}
	return fault.New(fault.NotFound, "fault.not_found")
}

// Questions opens the questionnaire of an organisation.
func (d *Desk) Questions(ctx context.Context, by party.Actor, org party.OrgID) (Questions, error) {
	if err := mayAnswer(by, org); err != nil {
		return Questions{}, err
	}
	qs := Questions{Org: org, Edition: d.Keywords.Edition(), Total: d.Keywords.Len()}
	var said party.Questionnaire
	err := d.view(ctx, func(tx *store.Tx) error {
		o, err := tx.Organisation(ctx, org)
		if err != nil {
			return err
		}
		qs.Name = o.Name()
		said, err = tx.Answers(ctx, org)
		return err
	})
	for _, g := range d.Keywords.Groups() {
		group := QuestionGroup{Group: g}
		for _, k := range g.Keywords {
			q := Question{Keyword: k}
			if q.Answer, q.Answered = said.Answer(k.ID); !q.Answered {
				group.Open++
			}
			group.Lines = append(group.Lines, q)
		}
		qs.Open += group.Open
		qs.Groups = append(qs.Groups, group)
	}
	qs.Begun = len(said.Answers) > 0
	return qs, err
}

// OpenQuestions says how many keywords an organisation has not answered: all
// at first, and after a new edition of the list the new ones.
func (d *Desk) OpenQuestions(ctx context.Context, by party.Actor, org party.OrgID) (int, error) {
	qs, err := d.Questions(ctx, by, org)
	return qs.Open, err
}

// AnswerKeywords records answers of an organisation, each in place of an
// earlier one; other answers stay. What is sent again counts as said today.
func (d *Desk) AnswerKeywords(ctx context.Context, by party.Actor, org party.OrgID, replies []KeywordReply) error {
	if err := mayAnswer(by, org); err != nil {
		return err
	}
	answers, err := d.keywordAnswers(replies)
	if err != nil || len(answers) == 0 {
		return err
	}
	return d.do(ctx, func(tx *store.Tx) error {
		if _, err := tx.Organisation(ctx, org); err != nil {
			return err
		}
		for i := range answers {
			answers[i].On = tx.Now()
		}
		return d.setAnswers(ctx, tx, by, org, answers)
	})
}

// setAnswers stores answers that are in order and journals them.
func (d *Desk) setAnswers(ctx context.Context, tx *store.Tx, by party.Actor, org party.OrgID, answers []party.KeywordAnswer) error {
	said, err := tx.Answers(ctx, org)
	if err != nil {
		return err
	}
	said = said.With(answers...)
	if err := tx.SetAnswers(ctx, &said); err != nil {
		return err
	}
	return d.note(ctx, tx, by, journal.AboutAnswers, string(org), "answer_keywords", answers)
}

// keywordAnswers checks what was sent, all of it, and tidies it.
func (d *Desk) keywordAnswers(replies []KeywordReply) ([]party.KeywordAnswer, error) {
	var k fault.Check
	var answers []party.KeywordAnswer
	for _, r := range replies {
		_, known := d.Keywords.Get(r.Keyword)
		k.Need(known, r.Keyword, "fault.keyword.unknown")
		a := party.KeywordAnswer{Keyword: r.Keyword, Reply: r.Reply, Edition: string(d.Keywords.Edition())}
		switch r.Reply {
		case party.ReplyYes:
			a.Products = tidyProducts(r.Products)
		case party.ReplyNo, party.ReplyUnknown:
		default:
			k.Add(r.Keyword, "fault.keyword.reply")
		}
		k.Need(len(a.Products) <= maxAnswerProducts, r.Keyword, "fault.keyword.products", "most", maxAnswerProducts)
		for _, p := range a.Products {
			k.Need(utf8.RuneCountInString(p) <= maxAnswerProduct, r.Keyword, "fault.keyword.product", "most", maxAnswerProduct)
		}
		answers = append(answers, a)
	}
	return answers, k.Err()
}

// tidyProducts trims names and leaves out empty ones and repetitions.
func tidyProducts(typed []string) []string {
	var tidy []string
	seen := map[string]bool{"": true}
	for _, p := range typed {
		if p = strings.TrimSpace(p); !seen[p] {
			seen[p] = true
			tidy = append(tidy, p)
		}
	}
	return tidy
}

// replayAnswers proves a questionnaire by the journal, which has every answer.
func replayAnswers(events []journal.Event, _ json.RawMessage) (any, error) {
	var q party.Questionnaire
	for _, e := range events {
		var answers []party.KeywordAnswer
		if err := json.Unmarshal(e.Data, &answers); err != nil {
			return nil, err
		}
		if e.Verb == droppedAnswers {
			q = q.Without(answers...)
		} else {
			q = q.With(answers...)
		}
		q.Org, q.Version = party.OrgID(e.About.ID), q.Version+1
	}
	return q, nil
}
