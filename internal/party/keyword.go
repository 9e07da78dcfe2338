package party

import (
	"slices"
	"strings"
	"time"
)

// Reply to a technology keyword.
type Reply string

// The replies. Who has not answered is asked still; who answered unknown is not.
const (
	ReplyYes     Reply = "yes"
	ReplyNo      Reply = "no"
	ReplyUnknown Reply = "unknown"
)

// KeywordAnswer is what an organisation said of one technology keyword: whether
// any product of it uses it (domain.md 1.11).
type KeywordAnswer struct {
	Keyword  string    `json:"keyword"` // id in the list
	Reply    Reply     `json:"reply"`
	Products []string  `json:"products,omitempty"` // which, in the vendor's words; only with yes
	On       time.Time `json:"on"`
	Edition  string    `json:"edition"` // of the list that was answered
}

// Questionnaire is all that an organisation answered of the list of technology
// keywords. It is a record of its own beside the organisation: it is as long as
// the list, and whoever lists organisations has no use for it.
type Questionnaire struct {
	Org     OrgID           `json:"org"`
	Answers []KeywordAnswer `json:"answers"` // by keyword, each once
	Version int64           `json:"version"`
}

// Edition is the newest edition of the list that any answer was given to.
func (q Questionnaire) Edition() string {
	newest := ""
	for _, a := range q.Answers {
		newest = max(newest, a.Edition)
	}
	return newest
}

// Answer gives what was said of a keyword.
func (q Questionnaire) Answer(keyword string) (KeywordAnswer, bool) {
	at, ok := slices.BinarySearchFunc(q.Answers, keyword, byKeyword)
	if !ok {
		return KeywordAnswer{}, false
	}
	return q.Answers[at], true
}

// With gives the questionnaire with answers added, each in place of an earlier
// one. The receiver stays as it is.
func (q Questionnaire) With(answers ...KeywordAnswer) Questionnaire {
	q.Answers = slices.Clone(q.Answers)
	for _, a := range answers {
		at, known := slices.BinarySearchFunc(q.Answers, a.Keyword, byKeyword)
		if known {
			q.Answers[at] = a
		} else {
			q.Answers = slices.Insert(q.Answers, at, a)
		}
	}
	return q
}

// Without gives the questionnaire without the answers to some keywords.
func (q Questionnaire) Without(answers ...KeywordAnswer) Questionnaire {
	var left []KeywordAnswer
	for _, a := range q.Answers {
		if !slices.ContainsFunc(answers, func(x KeywordAnswer) bool { return x.Keyword == a.Keyword }) {
			left = append(left, a)
		}
	}
	q.Answers = left
	return q
}

func byKeyword(a KeywordAnswer, keyword string) int { return strings.Compare(a.Keyword, keyword) }
