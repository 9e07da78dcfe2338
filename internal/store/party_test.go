package store_test

import (
	"context"
	"fmt"
	"testing"

	"nakodo/internal/fault"
	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/store/storetest"
)

func TestOrganisationComesBackAsStored(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		o := filled[party.Organisation](t)
		o.ID, o.Version = "o1", 0
		do(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.SetOrganisation(ctx, &o) })
		same(t, o.Version, int64(1))
		get := func(ctx context.Context, tx *store.Tx) (party.Organisation, error) { return tx.Organisation(ctx, "o1") }
		same(t, view(t, s, get), o)
		o.Names = []party.Name{{Text: "Other", Kind: party.Official}}
		do(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.SetOrganisation(ctx, &o) })
		same(t, view(t, s, get), o)
		same(t, o.Version, int64(2))
		stale := o
		stale.Version = 1
		wantKind(t, s.Do(t.Context(), func(tx *store.Tx) error { return tx.SetOrganisation(t.Context(), &stale) }), fault.Stale)
		same(t, stale.Version, int64(1))
		twice := o
		twice.Version = 0
		wantKind(t, s.Do(t.Context(), func(tx *store.Tx) error { return tx.SetOrganisation(t.Context(), &twice) }), fault.Stale)
		_, err := find(t, s, func(ctx context.Context, tx *store.Tx) (party.Organisation, error) {
			return tx.Organisation(ctx, "none")
		})
		wantKind(t, err, fault.NotFound)
	})
}

// find is view for what may fail.
func find[T any](t testing.TB, s *store.Store, f func(ctx context.Context, tx *store.Tx) (T, error)) (v T, err error) {
	t.Helper()
	err = s.View(t.Context(), func(tx *store.Tx) error {
		v, err = f(t.Context(), tx)
		return err
	})
	return v, err
}

func TestOrganisationsAreFoundByNameAndDomain(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		do(t, s, func(ctx context.Context, tx *store.Tx) error {
			for i, o := range []party.Organisation{
				{Names: []party.Name{{Text: "横河電機株式会社"}, {Text: "Yokogawa Electric Corporation"}}, Domains: []string{"Yokogawa.example"}},
				{Names: []party.Name{{Text: "Siemens AG"}}, Domains: []string{"siemens.example"}},
				{Names: []party.Name{{Text: "100%_Sicher GmbH"}}},
			} {
				o.ID = party.OrgID(fmt.Sprint(i))
				if err := tx.SetOrganisation(ctx, &o); err != nil {
					return err
				}
			}
			return nil
		})
		names := func(f func(ctx context.Context, tx *store.Tx) ([]party.Organisation, error)) []string {
			all := []string{}
			for _, o := range view(t, s, f) {
				all = append(all, o.Name())
			}
			return all
		}
		for _, c := range []struct {
			typed string
			want  []string
		}{
			{"yokogawa", []string{"横河電機株式会社"}},
			{"ＹＯＫＯＧＡＷＡ electric", []string{"横河電機株式会社"}},
			{"㈱横河電機", []string{"横河電機株式会社"}},
			{"SIEM", []string{"Siemens AG"}},
			{"none", []string{}},
			{"%", []string{}},
		} {
			got := names(func(ctx context.Context, tx *store.Tx) ([]party.Organisation, error) {
				return tx.OrganisationsNamed(ctx, c.typed, 10)
			})
			if c.typed == "%" {
				continue // folds to nothing, which is in every name: asserted below only not to fail
			}
			same(t, got, c.want)
		}
		same(t, names(func(ctx context.Context, tx *store.Tx) ([]party.Organisation, error) {
			return tx.OrganisationsCalled(ctx, "SIEMENS")
		}), []string{"Siemens AG"})
		same(t, names(func(ctx context.Context, tx *store.Tx) ([]party.Organisation, error) {
			return tx.OrganisationsAt(ctx, "psirt.yokogawa.EXAMPLE")
		}), []string{"横河電機株式会社"})
		same(t, names(func(ctx context.Context, tx *store.Tx) ([]party.Organisation, error) {
			return tx.OrganisationsAt(ctx, "other.example")
		}), []string{})
		var walked []string
		err := s.View(t.Context(), func(tx *store.Tx) error {
			for o, err := range tx.AllOrganisations(t.Context()) {
				if err != nil {
					return err
				}
				walked = append(walked, string(o.ID))
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		same(t, walked, []string{"2", "1", "0"})
		first := view(t, s, func(ctx context.Context, tx *store.Tx) ([]party.Organisation, error) {
			return tx.Organisations(ctx, party.Organisation{}, 2)
		})
		rest := view(t, s, func(ctx context.Context, tx *store.Tx) ([]party.Organisation, error) {
			return tx.Organisations(ctx, first[1], 2)
		})
		same(t, rest[0].ID, "0")
		same(t, view(t, s, func(ctx context.Context, tx *store.Tx) (int, error) { return tx.CountOrganisations(ctx) }), 3)
	})
}

func TestPersonComesBackAsStored(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		p := filled[party.Person](t)
		p.ID, p.Version, p.Mail, p.Role, p.Org = "p1", 0, "Hana@Example.JP", party.Vendor, "o1"
		set := func(p *party.Person) error {
			return s.Do(t.Context(), func(tx *store.Tx) error { return tx.SetPerson(t.Context(), p) })
		}
		if err := set(&p); err != nil {
			t.Fatal(err)
		}
		same(t, view(t, s, func(ctx context.Context, tx *store.Tx) (party.Person, error) { return tx.Person(ctx, "p1") }), p)
		same(t, view(t, s, func(ctx context.Context, tx *store.Tx) (party.Person, error) {
			return tx.PersonByMail(ctx, " hana@example.jp")
		}), p)
		same(t, view(t, s, func(ctx context.Context, tx *store.Tx) ([]party.Person, error) { return tx.People(ctx, party.Vendor) }), []party.Person{p})
		same(t, view(t, s, func(ctx context.Context, tx *store.Tx) ([]party.Person, error) { return tx.Members(ctx, "o1") }), []party.Person{p})
		wantKind(t, set(&party.Person{ID: "p2", Mail: "hana@EXAMPLE.jp"}), fault.Invalid)
		for _, id := range []party.PersonID{"p3", "p4"} { // people without an address do not collide
			if err := set(&party.Person{ID: id}); err != nil {
				t.Error(err)
			}
		}
		_, err := find(t, s, func(ctx context.Context, tx *store.Tx) (party.Person, error) { return tx.PersonByMail(ctx, "") })
		wantKind(t, err, fault.NotFound)
		p.Name, p.Mail = "Hanako", "new@example.jp"
		if err := set(&p); err != nil {
			t.Fatal(err)
		}
		same(t, view(t, s, func(ctx context.Context, tx *store.Tx) (party.Person, error) {
			return tx.PersonByMail(ctx, "new@example.jp")
		}), p)
	})
}

func TestContactAndAgreementComeBackAsStored(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		c := filled[party.Contact](t)
		c.ID, c.Version, c.Org, c.Mail = "c1", 0, "o1", "PSIRT@example.jp"
		a := filled[party.Agreement](t)
		a.ID, a.Version, a.Org = "a1", 0, "o1"
		do(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.SetContact(ctx, &c) })
		do(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.SetAgreement(ctx, &a) })
		same(t, view(t, s, func(ctx context.Context, tx *store.Tx) (party.Contact, error) { return tx.Contact(ctx, "c1") }), c)
		same(t, view(t, s, func(ctx context.Context, tx *store.Tx) ([]party.Contact, error) { return tx.Contacts(ctx, "o1") }), []party.Contact{c})
		same(t, view(t, s, func(ctx context.Context, tx *store.Tx) ([]party.Contact, error) {
			return tx.ContactsByMail(ctx, "psirt@EXAMPLE.jp")
		}), []party.Contact{c})
		same(t, view(t, s, func(ctx context.Context, tx *store.Tx) (party.Agreement, error) { return tx.Agreement(ctx, "a1") }), a)
		same(t, view(t, s, func(ctx context.Context, tx *store.Tx) ([]party.Agreement, error) { return tx.Agreements(ctx, "o1") }), []party.Agreement{a})
		c.Name, a.Edition = "Desk", "2"
		do(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.SetContact(ctx, &c) })
		do(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.SetAgreement(ctx, &a) })
		same(t, view(t, s, func(ctx context.Context, tx *store.Tx) (party.Agreement, error) { return tx.Agreement(ctx, "a1") }), a)
		c.Version, a.Version = 1, 1
		wantKind(t, s.Do(t.Context(), func(tx *store.Tx) error { return tx.SetContact(t.Context(), &c) }), fault.Stale)
		wantKind(t, s.Do(t.Context(), func(tx *store.Tx) error { return tx.SetAgreement(t.Context(), &a) }), fault.Stale)
		do(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.DeleteContact(ctx, "c1") })
		same(t, view(t, s, func(ctx context.Context, tx *store.Tx) ([]party.Contact, error) { return tx.Contacts(ctx, "o1") }), []party.Contact{})
	})
}
