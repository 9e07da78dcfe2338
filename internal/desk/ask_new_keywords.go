package desk

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"nakodo/internal/fault"
	"nakodo/internal/journal"
	"nakodo/internal/notice"
	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/words"
)

// JobNewKeywords asks a vendor the questions that a new edition of the list of
// technology keywords brought; its key is the edition and the organisation.
const JobNewKeywords = "registry.new_keywords"

// askedNewKeywords is the event that says it was done: once for each edition
// and organisation, whoever asks again.
const askedNewKeywords = "ask_new_keywords"

// newKeywords is the event's data.
type newKeywords struct {
	Edition string `json:"edition"`
}

// planNewKeywords plans a letter to each registered vendor whose answers are
// older than the list and who was not asked about this edition yet.
func (d *Desk) planNewKeywords(ctx context.Context, tx *store.Tx) error {
	edition := string(d.Keywords.Edition())
	orgs, err := tx.AnsweredBefore(ctx, edition, JobNewKeywords, askedNewKeywords, newKeywords{edition}, 1000)
	if err != nil || len(orgs) == 0 {
		return err
	}
	var out journal.Outcome
	for _, org := range orgs {
		out.Jobs = append(out.Jobs, journal.Job{
			Kind: JobNewKeywords, Key: edition + "/" + string(org), At: tx.Now(), About: journal.Ref{Kind: journal.AboutOrg, ID: string(org)},
		})
	}
	return tx.Record(ctx, out)
}

// askNewKeywords writes to the contacts on duty of one organisation, each in
// their language. What has lost its point meanwhile is done: it has answered,
// it is gone, or the list has grown again and another letter asks for all.
func (d *Desk) askNewKeywords(ctx context.Context, key string) error {
	edition, id, _ := strings.Cut(key, "/")
	org := party.OrgID(id)
	return d.do(ctx, func(tx *store.Tx) error {
		o, err := tx.Organisation(ctx, org)
		if fault.KindOf(err) == fault.NotFound {
			return nil
		}
		if err != nil {
			return err
		}
		said, err := tx.Answers(ctx, org)
		if err != nil {
			return err
		}
		open := d.openOf(said)
		if o.MergedInto != "" || edition != string(d.Keywords.Edition()) || said.Edition() >= edition || open == 0 {
			return nil
		}
		contacts, err := tx.Contacts(ctx, org)
		if err != nil {
			return err
		}
		contacts = onDuty(contacts, nil)
		if len(contacts) == 0 {
			return nil // asked when there is an address
		}
		asked, err := journal.NewEvent(journal.Ref{Kind: journal.AboutOrg, ID: id}, tx.Now(), party.ClockActor(), askedNewKeywords, newKeywords{edition})
		if err != nil {
			return err
		}
		before, err := tx.EventsOfVerb(ctx, asked.About, askedNewKeywords, 50)
		if err != nil || slices.ContainsFunc(before, func(e journal.Event) bool { return string(e.Data) == string(asked.Data) }) {
			return err
		}
		// The edition is part of the letters' ids: tried again, the job writes none twice.
		number, _ := strconv.ParseInt(strings.ReplaceAll(edition, "-", ""), 10, 64)
		p := d.post(ctx, tx, asked.About, number)
		for _, c := range contacts {
			to := notice.Recipient{Person: c.ID, Org: c.Org, Name: c.Name, Mail: c.Mail, Lang: words.ParseLang(c.Lang), Key: c.Key}
			by := party.Actor{Role: party.Vendor, Org: org, Person: c.ID}
			p.write(to, "", p.door(by, "/room/keywords", noticeLife), false, func(h notice.Head) notice.Letter {
				return notice.NewKeywords(h, open)
			})
		}
		return p.record(journal.Outcome{Events: []journal.Event{asked}})
	})
}

// openOf says how many keywords a questionnaire leaves open.
func (d *Desk) openOf(said party.Questionnaire) (open int) {
	for _, g := range d.Keywords.Groups() {
		for _, k := range g.Keywords {
			if _, answered := said.Answer(k.ID); !answered {
				open++
			}
		}
	}
	return open
}
