package desk

import (
	"cmp"
	"context"
	"encoding/json"
	"strings"
	"time"

	"nakodo/internal/auth"
	"nakodo/internal/cvd"
	"nakodo/internal/fault"
	"nakodo/internal/journal"
	"nakodo/internal/notice"
	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/talk"
	"nakodo/internal/tlp"
	"nakodo/internal/words"
)

// The purposes of links.
const (
	linkSignIn = "sign_in"
	linkSetUp  = "set_up"
)

// credentialsOf is the name under which an officer's proofs are sealed.
func credentialsOf(p party.PersonID) string { return "credentials/" + string(p) }

// SignIn lets an officer in by password and one-time code. network is the
// prefix of the address the try comes from: failures count for account and
// network together, so that guessing elsewhere locks nobody out. A wrong
// password, a wrong code and an address nobody has get the same answer in the
// same time.
func (d *Desk) SignIn(ctx context.Context, mail, network string, p auth.Proof) (auth.Who, error) {
	mail = strings.ToLower(strings.TrimSpace(mail))
	key := mail + "|" + network
	var person party.Person
	var creds auth.Credentials
	fails := 0
	err := d.view(ctx, func(tx *store.Tx) error {
		var until time.Time
		var err error
		if fails, _, until, err = tx.Throttle(ctx, key); err != nil {
			return err
		}
		if tx.Now().Before(until) {
			return fault.New(fault.Busy, "signin.wait")
		}
		person, creds, err = d.credentials(ctx, tx, mail)
		return err
	})
	if err != nil {
		return auth.Who{}, err
	}
	// Hashing takes long: it happens between two transactions, not inside one.
	next, _, err := creds.Verify(ctx, d.Hasher, p, d.Now())
	if err == nil && (!person.Active || person.Role != party.Officer) {
		err = fault.New(fault.NotAllowed, "signin.wrong")
	}
	if fault.KindOf(err) == fault.NotAllowed {
		failed := d.do(ctx, func(tx *store.Tx) error { return tx.Fail(ctx, key, tx.Now().Add(auth.Wait(fails+1))) })
		return auth.Who{}, cmp.Or(failed, err)
	}
	if err != nil {
		return auth.Who{}, err
	}
	who := auth.Who{Actor: party.OfficerActor(person.ID), Epoch: next.Epoch()}
	err = d.do(ctx, func(tx *store.Tx) error {
		_, now, err := d.credentials(ctx, tx, mail)
		if err != nil {
			return err
		}
		if now.Epoch() != creds.Epoch() || now.Step != creds.Step || len(now.Recovery) != len(creds.Recovery) {
			return fault.New(fault.NotAllowed, "signin.wrong") // the code was used by somebody else a moment ago
		}
		if err := tx.Succeed(ctx, key); err != nil {
			return err
		}
		if err := d.setCredentials(ctx, tx, person.ID, next); err != nil {
			return err
		}
		return d.note(ctx, tx, who.Actor, journal.AboutPerson, string(person.ID), "sign_in", nil)
	})
	return who, err
}

// credentials reads an officer's proofs; the zero ones for an unknown address,
// so that both are checked in the same way.
func (d *Desk) credentials(ctx context.Context, tx *store.Tx, mail string) (party.Person, auth.Credentials, error) {
	var c auth.Credentials
	person, err := tx.PersonByMail(ctx, mail)
	if fault.KindOf(err) == fault.NotFound {
		return party.Person{}, c, nil
	}
	if err != nil {
		return person, c, err
	}
	raw, err := tx.Secret(ctx, credentialsOf(person.ID))
	if fault.KindOf(err) == fault.NotFound {
		return person, c, nil
	}
	if err != nil {
		return person, c, err
	}
	return person, c, json.Unmarshal(raw, &c)
}

func (d *Desk) setCredentials(ctx context.Context, tx *store.Tx, id party.PersonID, c auth.Credentials) error {
	raw, err := json.Marshal(c)
	if err != nil {
		return err
	}
	return tx.SetSecret(ctx, credentialsOf(id), raw)
}

// Alive reports whether a session still counts: an officer's ends when the
// account is closed or its proofs change, a contact's when it leaves the registry.
func (d *Desk) Alive(ctx context.Context, w auth.Who) (name, org string, ok bool, err error) {
	err = d.view(ctx, func(tx *store.Tx) error {
		switch w.Actor.Role {
		case party.Officer:
			p, err := tx.Person(ctx, w.Actor.Person)
			if err != nil {
				return err
			}
			_, c, err := d.credentials(ctx, tx, p.Mail)
			name, ok = p.Name, p.Active && (w.Epoch == c.Epoch())
			return err
		case party.Vendor, party.Operator, party.Observer:
			c, err := tx.Contact(ctx, w.Actor.Person)
			if err != nil {
				return err
			}
			o, err := tx.Organisation(ctx, c.Org)
			name, org, ok = c.Name, o.Name(), c.Org == w.Actor.Org && w.Epoch == contactEpoch(c)
			return err
		}
		return nil
	})
	if fault.KindOf(err) == fault.NotFound {
		return "", "", false, nil
	}
	return name, org, ok, err
}

// contactEpoch names the address that a contact's session was opened through:
// with a new address the old session ends.
func contactEpoch(c party.Contact) string { return talk.Digest(c.Mail)[:16] }

// RequestLink sends a one-time sign-in link to an address, if it belongs to a
// contact of the registry. The caller learns nothing of whether it does.
func (d *Desk) RequestLink(ctx context.Context, mail, to string) error {
	return d.do(ctx, func(tx *store.Tx) error {
		contacts, err := tx.ContactsByMail(ctx, strings.TrimSpace(mail))
		if err != nil {
			return err
		}
		for _, c := range contacts {
			o, err := tx.Organisation(ctx, c.Org)
			if err != nil {
				return err
			}
			n, err := tx.Hit(ctx, "link/"+string(c.ID), time.Hour)
			if err != nil {
				return err
			}
			if n > 5 { // a mailbox is not to be flooded by whoever knows its address
				continue
			}
			p := d.post(ctx, tx, journal.Ref{Kind: journal.AboutContact, ID: string(c.ID)}, tx.Now().UnixMicro())
			by := party.Actor{Role: roleOfOrg(o), Org: o.ID, Person: c.ID}
			recipient := notice.Recipient{Person: c.ID, Org: c.Org, Name: c.Name, Mail: c.Mail, Lang: words.ParseLang(c.Lang), Key: c.Key}
			p.write(recipient, "", p.door(by, to, auth.LinkLife), false, func(h notice.Head) notice.Letter {
				h.TLP = tlp.Clear
				return notice.SignIn(h, auth.LinkLife)
			})
			if err := p.record(journal.Outcome{}); err != nil {
				return err
			}
		}
		return nil
	})
}

// roleOfOrg is the capacity in which an organisation's people sign in.
func roleOfOrg(o party.Organisation) party.Role {
	for _, k := range o.Kinds {
		if k == party.KindOperator {
			return party.Operator
		}
	}
	return party.Vendor
}

// PeekLink looks at a sign-in link without using it up: mail programs open links
// to look for viruses, so a person presses a button that uses it.
func (d *Desk) PeekLink(ctx context.Context, token string) error {
	return d.view(ctx, func(tx *store.Tx) error {
		l, err := tx.Link(ctx, token)
		if err == nil && l.Purpose != linkSignIn {
			err = fault.New(fault.NotFound, "fault.not_found")
		}
		return err
	})
}

// UseLink lets the holder of a sign-in link in, once, and says where to go.
func (d *Desk) UseLink(ctx context.Context, token string) (auth.Who, string, error) {
	var who auth.Who
	var to string
	err := d.do(ctx, func(tx *store.Tx) error {
		l, err := tx.UseLink(ctx, token)
		if err != nil {
			return err
		}
		if l.Purpose != linkSignIn {
			return fault.New(fault.NotFound, "fault.not_found")
		}
		who, to = auth.Who{Actor: l.Actor}, l.To
		if l.Actor.Role == party.Officer { // only the demonstration makes such links
			p, err := tx.Person(ctx, l.Actor.Person)
			if err != nil {
				return err
			}
			_, c, err := d.credentials(ctx, tx, p.Mail)
			if err != nil {
				return err
			}
			who.Epoch = c.Epoch()
		} else {
			c, err := tx.Contact(ctx, l.Actor.Person)
			if err != nil {
				return err
			}
			who.Epoch = contactEpoch(c)
		}
		return d.note(ctx, tx, l.Actor, journal.AboutContact, string(l.Actor.Person), "sign_in", nil)
	})
	return who, to, err
}

// SetUpLink makes the link by which the first officer sets up the account. ""
// where there is an officer already.
func (d *Desk) SetUpLink(ctx context.Context) (string, error) {
	link := ""
	err := d.do(ctx, func(tx *store.Tx) error {
		people, err := tx.People(ctx, party.Officer)
		if err != nil || len(people) > 0 {
			return err
		}
		link, err = d.setUpLink(ctx, tx, "")
		return err
	})
	return link, err
}

func (d *Desk) setUpLink(ctx context.Context, tx *store.Tx, person party.PersonID) (string, error) {
	token, err := auth.NewToken(d.Random)
	if err != nil {
		return "", err
	}
	about := journal.Ref{Kind: journal.AboutPerson, ID: string(person)}
	if err := tx.DropLinks(ctx, about, linkSetUp); err != nil {
		return "", err
	}
	return "/setup/" + token, tx.AddLink(ctx, token, store.Link{
		Purpose: linkSetUp, Actor: party.OfficerActor(person), About: about, Once: true, Made: tx.Now(), Until: tx.Now().Add(3 * 24 * time.Hour),
	})
}

// Account is what an officer enters when setting the account up.
type Account struct {
	Name, Mail, Lang string
	Password         string
	Secret           string // of the one-time codes, as offered by the page
	Code             string // proves that the authenticator has it
}

// SetUp makes the account behind a set-up link, or gives an existing one new
// proofs, and returns the recovery codes, which are shown once.
func (d *Desk) SetUp(ctx context.Context, token string, a Account) (recovery []string, err error) {
	a.Mail, a.Name = strings.TrimSpace(a.Mail), strings.TrimSpace(a.Name)
	var k fault.Check
	k.Need(a.Name != "", "name", "fault.registry.need_name")
	k.Need(plausibleMail(a.Mail), "mail", "fault.mail_address")
	if err := k.Err(); err != nil {
		return nil, err
	}
	if err := auth.Acceptable(a.Password, a.Mail, a.Name); err != nil {
		return nil, err
	}
	hash, err := d.Hasher.Hash(ctx, a.Password)
	if err != nil {
		return nil, err
	}
	err = d.do(ctx, func(tx *store.Tx) error {
		step, ok := auth.CheckCode(a.Secret, a.Code, 0, tx.Now())
		if !ok {
			var k fault.Check
			k.Add("code", "signin.code_wrong")
			return k.Err()
		}
		l, err := tx.UseLink(ctx, token)
		if err != nil {
			return err
		}
		if l.Purpose != linkSetUp {
			return fault.New(fault.NotFound, "fault.not_found")
		}
		p := party.Person{ID: party.PersonID(d.newID()), Role: party.Officer, Active: true}
		if l.Actor.Person != "" {
			if p, err = tx.Person(ctx, l.Actor.Person); err != nil {
				return err
			}
		}
		p.Name, p.Mail, p.Lang = a.Name, a.Mail, string(words.ParseLang(a.Lang))
		if err := tx.SetPerson(ctx, &p); err != nil {
			return err
		}
		var hashes []string
		if recovery, hashes, err = auth.NewRecovery(d.Random, 8); err != nil {
			return err
		}
		c := auth.Credentials{Password: hash, Secret: a.Secret, Step: step, Recovery: hashes, Set: tx.Now()}
		if err := d.setCredentials(ctx, tx, p.ID, c); err != nil {
			return err
		}
		return d.note(ctx, tx, party.OfficerActor(p.ID), journal.AboutPerson, string(p.ID), "set_up_account", digestOf(p.Mail))
	})
	return recovery, err
}

// AddOfficer makes an account for a colleague and gives the set-up link, to be
// handed over in person or by a safe way.
func (d *Desk) AddOfficer(ctx context.Context, by party.Actor, name, mail, lang string) (string, error) {
	if err := officer(by); err != nil {
		return "", err
	}
	p := party.Person{ID: party.PersonID(d.newID()), Role: party.Officer, Name: strings.TrimSpace(name), Mail: strings.TrimSpace(mail), Lang: string(words.ParseLang(lang)), Active: true}
	var k fault.Check
	k.Need(p.Name != "", "name", "fault.registry.need_name")
	k.Need(plausibleMail(p.Mail), "mail", "fault.mail_address")
	if err := k.Err(); err != nil {
		return "", err
	}
	link := ""
	err := d.do(ctx, func(tx *store.Tx) error {
		if err := tx.SetPerson(ctx, &p); err != nil {
			return err
		}
		var err error
		if link, err = d.setUpLink(ctx, tx, p.ID); err != nil {
			return err
		}
		return d.note(ctx, tx, by, journal.AboutPerson, string(p.ID), "add_officer", digestOf(p.Mail))
	})
	return link, err
}

// Officers lists the team.
func (d *Desk) Officers(ctx context.Context, by party.Actor) ([]party.Person, error) {
	if err := officer(by); err != nil {
		return nil, err
	}
	var people []party.Person
	err := d.view(ctx, func(tx *store.Tx) error {
		var err error
		people, err = tx.People(ctx, party.Officer)
		return err
	})
	return people, err
}

// DemoLink makes a sign-in link for anybody, officers too. Only the
// demonstration calls it, on its own fresh centre.
func (d *Desk) DemoLink(ctx context.Context, who party.Actor, to string) (string, error) {
	if who.Role == party.Finder {
		return d.FinderLink(cvd.ReportID(who.Report)), nil
	}
	link := ""
	err := d.do(ctx, func(tx *store.Tx) error {
		p := d.post(ctx, tx, journal.Ref{}, 0)
		link = p.door(who, to, noticeLife)
		return p.err
	})
	return link, err
}
