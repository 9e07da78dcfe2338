package main

import (
	"context"

	"nakodo/internal/desk"
	"nakodo/internal/party"
)

// registering: one vendor has applied and nobody has looked yet, another has had
// its papers; a registered one wants its record and its address changed.
func (d *demonstration) registering(ctx context.Context) error {
	if err := d.daysAgo(ctx, 20); err != nil {
		return err
	}
	first := party.Applicant{
		Name: "Tsubaki Networks", Domain: "tsubaki.example", Products: "TN Router 5\nTN Switch 24", Contact: "PSIRT", Role: true, Mail: "psirt@tsubaki.example", Lang: "ja", Listed: true,
	}
	if err := d.desk.ApplyForRegistration(ctx, party.General, first); err != nil {
		return err
	}
	open, err := d.desk.Registrations(ctx, d.ann)
	if err != nil {
		return err
	}
	if err := d.desk.StepRegistration(ctx, d.ann, open[0].ID, party.RegSendPapers, desk.RegistrationInput{New: true, Note: "By post."}); err != nil {
		return err
	}
	if err := d.daysAgo(ctx, 3); err != nil {
		return err
	}
	second := party.Applicant{
		Name: "Hagi Sensors", Domain: "hagi.example", Products: "HS Thermometer", Contact: "Hana Hagi", Mail: "hana@hagi.example", Lang: "en",
		Message: "We make sensors for water works and would like to be told early.",
	}
	if err := d.desk.ApplyForRegistration(ctx, party.Individual, second); err != nil {
		return err
	}
	return d.asking(ctx, d.vendors["kitahama.example"])
}

// asking has a vendor ask for changes of its own record.
func (d *demonstration) asking(ctx context.Context, by party.Actor) error {
	own, err := d.desk.OwnRecord(ctx, by)
	if err != nil {
		return err
	}
	said := own.Org
	said.Domains = append(said.Domains, "kitahama-psirt.example")
	if err := d.desk.ProposeRecord(ctx, by, said); err != nil {
		return err
	}
	contact := own.Contacts[0]
	contact.Mail = "psirt@kitahama-psirt.example"
	return d.desk.ProposeContact(ctx, by, contact)
}
