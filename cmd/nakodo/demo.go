package main

import (
	"cmp"
	"context"
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"nakodo/internal/cvd"
	"nakodo/internal/desk"
	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/words"
)

//go:embed demo/registry.tsv
var demoRegistry string

// demo shows a centre with a past: it plays four cases through the ordinary
// verbs, on a clock that runs through the last weeks, and then serves them.
func demo(ctx context.Context, e env, args []string) int {
	f := flag.NewFlagSet("demo", flag.ContinueOnError)
	f.SetOutput(e.err)
	addr := f.String("addr", "127.0.0.1:8080", "`HOST:PORT` to listen on")
	dir := f.String("dir", "", "keep the centre in this `DIR`; it must be empty or missing")
	if err := f.Parse(args); err != nil {
		return 2
	}
	if *dir == "" {
		tmp, err := os.MkdirTemp("", "nakodo-demo-")
		if err != nil {
			return fail(e, "demo", err)
		}
		defer os.RemoveAll(tmp)
		*dir = tmp
	} else if err := emptyDir(*dir); err != nil {
		return fail(e, "demo", err)
	}
	d, err := newDemonstration(ctx, *dir, *addr, e.err)
	if err != nil {
		return fail(e, "demo", err)
	}
	defer d.close()
	if err := d.play(ctx); err != nil {
		return fail(e, "demo", err)
	}
	links, err := d.links(ctx)
	if err != nil {
		return fail(e, "demo", err)
	}
	err = d.listen(ctx, *addr, func(string) { d.greet(e.out, links) })
	if err != nil {
		return fail(e, "demo", err)
	}
	return 0
}

func emptyDir(dir string) error {
	names, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err == nil && len(names) > 0 {
		err = fmt.Errorf("%s is not empty; the demonstration only fills a fresh folder", dir)
	}
	return err
}

// demonstration is a centre whose clock can stand in the past.
type demonstration struct {
	*centre
	back    *atomic.Int64 // how far the clock is behind, in nanoseconds
	ann     party.Actor   // first officer
	bob     party.Actor   // second officer
	vendors map[string]party.Actor
	utility party.Actor // infrastructure operator
	finder  party.Actor // of the embargoed case
}

// demoPast is how many days ago the centre of the demonstration opened.
const demoPast = 120

func newDemonstration(ctx context.Context, dir, addr string, logs io.Writer) (*demonstration, error) {
	back := new(atomic.Int64)
	back.Store(demoPast * dayLength) // the centre's key must be older than its first signature
	cfg := defaults()
	cfg.Centre.Name = words.Text{EN: "Example Coordination Centre", JA: "サンプル調整センター"}
	cfg.Centre.Mail = "cc@centre.example"
	cfg.Web.Listen, cfg.Web.Address = addr, "http://"+addr
	c, err := openCentre(ctx, wiring{
		dir: dir, config: cfg, log: slog.New(slog.NewTextHandler(logs, &slog.HandlerOptions{Level: slog.LevelWarn})),
		now: func() time.Time { return time.Now().Add(-time.Duration(back.Load())) },
	})
	if err != nil {
		return nil, err
	}
	return &demonstration{centre: c, back: back, vendors: map[string]party.Actor{}}, nil
}

// daysAgo sets the clock and lets everything happen that is due by then.
func (d *demonstration) daysAgo(ctx context.Context, days float64) error {
	d.back.Store(int64(days * 24 * float64(time.Hour)))
	_, err := d.runner.RunDue(ctx)
	return err
}

// play fills the centre.
func (d *demonstration) play(ctx context.Context) error {
	for _, part := range []func(context.Context) error{d.people, d.registry, d.published, d.waiting, d.embargoed, d.unjudged, d.registering} {
		if err := part(ctx); err != nil {
			return err
		}
	}
	return d.daysAgo(ctx, 0)
}

// people makes the officers, the organisations of the cases, and their contacts.
func (d *demonstration) people(ctx context.Context) error {
	if err := d.daysAgo(ctx, demoPast); err != nil {
		return err
	}
	for id, name := range map[party.PersonID]string{"ann": "Ann Aoki", "bob": "Bob Baba"} {
		p := party.Person{ID: id, Role: party.Officer, Name: name, Mail: string(id) + "@centre.example", Lang: "en", Active: true}
		if err := d.store.Do(ctx, func(tx *store.Tx) error { return tx.SetPerson(ctx, &p) }); err != nil {
			return err
		}
	}
	d.ann, d.bob = party.OfficerActor("ann"), party.OfficerActor("bob")
	for _, t := range demoTexts {
		if _, err := d.desk.AddAgreementText(ctx, d.ann, t); err != nil {
			return err
		}
	}
	for _, v := range demoVendors {
		a, err := d.organisation(ctx, v)
		if err != nil {
			return err
		}
		d.vendors[v.domain] = a
	}
	utility, err := d.organisation(ctx, demoOrg{en: "Minato Water Works", ja: "みなと水道局", domain: "minato-water.example", kind: party.KindOperator, sectors: []string{"jp/water"}})
	utility.Role = party.Operator
	d.utility = utility
	return err
}

// demoOrg is an organisation that exists only in the demonstration: no real
// company is said to have a vulnerability that it does not have.
type demoOrg struct {
	en, ja, domain    string
	kind              party.OrgKind
	products, sectors []string
	unsigned          bool
	tier              party.Tier // empty: general
}

var demoVendors = []demoOrg{
	{en: "Hanamaru Controls", ja: "花丸制御", domain: "hanamaru.example", kind: party.KindVendor, products: []string{"Hanamaru PLC HX-200", "Hanamaru Engineering Tool"}},
	{en: "Kitahama Instruments", ja: "北浜計器", domain: "kitahama.example", kind: party.KindVendor, products: []string{"KI-7 flow computer", "KI Gateway"}},
	{en: "Südwerk Automation GmbH", ja: "ズュートヴェルク・オートメーション", domain: "suedwerk.example", kind: party.KindVendor, products: []string{"SW Runtime", "SW Panel 12"}, unsigned: true},
	{en: "Sazanami Sensors", ja: "さざなみ計測", domain: "sazanami.example", kind: party.KindVendor, products: []string{"SZ-40 sensor hub"}, tier: party.Individual},
}

// demoTexts is what the organisations of the demonstration have signed.
var demoTexts = []party.AgreementText{
	{Scope: party.ScopeReports, Edition: "2026-1", EN: "We keep what the centre tells us within those who need it to find a remedy, until it is published.\n\nWe tell the centre before we publish anything ourselves.", JA: "センターから受領した情報は、公開されるまで、対策に必要な関係者以外に開示しません。\n\n独自に公開する場合は、事前にセンターに連絡します。"},
	{Scope: party.ScopeProvision, Edition: "2026-1", EN: "We use what we are told in advance to protect our infrastructure only, and hold our contractors to the same.", JA: "事前に提供された情報は自組織のインフラの防護にのみ用い、委託先にも同じ義務を課します。"},
}

func (d *demonstration) organisation(ctx context.Context, o demoOrg) (party.Actor, error) {
	org := party.Organisation{
		Kinds: []party.OrgKind{o.kind}, Tier: cmp.Or(o.tier, party.General), Domains: []string{o.domain}, Country: "JP", Languages: []string{"ja", "en"}, Sectors: o.sectors, Calendar: party.CalendarJapan, Listed: !o.unsigned,
		Names: []party.Name{{Text: o.en, Lang: "en", Kind: party.Official}, {Text: o.ja, Lang: "ja", Kind: party.Official}},
	}
	for i, p := range o.products {
		org.Products = append(org.Products, party.Product{ID: fmt.Sprintf("p%d", i+1), Name: p})
	}
	id, err := d.desk.SaveOrganisation(ctx, d.ann, org)
	if err != nil {
		return party.Actor{}, err
	}
	person, err := d.desk.SaveContact(ctx, d.ann, party.Contact{Org: id, Name: "PSIRT", Role: true, Mail: "psirt@" + o.domain, Lang: "en", Duty: party.OnDuty, Verified: d.desk.Now(), How: "mail"})
	if err != nil || o.unsigned {
		return party.VendorActor(id, person), err
	}
	scope := party.ScopeReports
	if o.kind == party.KindOperator {
		scope = party.ScopeProvision
	}
	return party.VendorActor(id, person), d.desk.SaveAgreement(ctx, d.ann, party.Agreement{Org: id, Scope: scope, Edition: "2026-1", SignedBy: "PSIRT, " + o.en, Ours: "Ann Aoki", Signed: d.desk.Now(), Until: d.desk.Now().AddDate(2, 0, 0)})
}

// registry adds the bundled vendors, as entries that nobody has verified.
func (d *demonstration) registry(ctx context.Context) error {
	for line := range strings.Lines(demoRegistry) {
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if strings.HasPrefix(line, "#") || len(fields) < 2 {
			continue
		}
		o := party.Organisation{
			Kinds: []party.OrgKind{party.KindVendor}, Tier: party.Unverified, Source: "public advisories, 2017-2022",
			Names: []party.Name{{Text: fields[0], Kind: party.Official}},
		}
		for i, p := range fields[1:] {
			o.Products = append(o.Products, party.Product{ID: fmt.Sprintf("p%d", i+1), Name: p})
		}
		if _, err := d.desk.SaveOrganisation(ctx, d.ann, o); err != nil {
			return fmt.Errorf("registry, %s: %w", fields[0], err)
		}
	}
	return nil
}

// links makes a one-time sign-in link for each role.
func (d *demonstration) links(ctx context.Context) ([][2]string, error) {
	var out [][2]string
	for _, x := range []struct {
		role string
		who  party.Actor
		to   string
	}{
		{"officer", d.ann, "/desk/next"}, {"second officer", d.bob, "/desk/next"}, {"vendor", d.vendors["hanamaru.example"], "/room"},
		{"finder", d.finder, ""}, {"infrastructure operator", d.utility, "/room"},
	} {
		link, err := d.desk.DemoLink(ctx, x.who, x.to)
		if err != nil {
			return nil, fmt.Errorf("link for the %s: %w", x.role, err)
		}
		out = append(out, [2]string{x.role, d.config.Web.Address + link})
	}
	return out, nil
}

func (d *demonstration) greet(w io.Writer, links [][2]string) {
	fmt.Fprintf(w, "Nakodo demonstration: %s\n\nThe public sees that page. To look from inside, follow one of these links;\neach signs you in once. Use a private window for a second role.\n\n", d.config.Web.Address)
	for _, l := range links {
		fmt.Fprintf(w, "  %-24s %s\n", l[0], l[1])
	}
	fmt.Fprintf(w, "\nNo letter leaves this machine: officers read each one, as it would have left,\nunder Letters. Stop with Ctrl-C.\n")
}

// accepted is a judgement that accepts a report.
var accepted = cvd.Judgement{Complete: true, Consistent: true, InScope: true, Vulnerability: true, New: true}

// opened brings a report as far as an open case.
func (d *demonstration) opened(ctx context.Context, in desk.Incoming, title words.Text) (cvd.CaseID, party.Actor, error) {
	in.Door = "web"
	got, err := d.desk.ReceiveReport(ctx, in)
	if err != nil {
		return "", party.Actor{}, err
	}
	finder := party.FinderActor(string(got.ID))
	if err := d.desk.AcknowledgeReport(ctx, d.ann, got.ID); err != nil {
		return "", finder, err
	}
	if err := d.desk.JudgeReport(ctx, d.ann, got.ID, accepted); err != nil {
		return "", finder, err
	}
	id, err := d.desk.OpenCase(ctx, d.ann, desk.Opening{Reports: []cvd.ReportID{got.ID}, Title: title})
	return id, finder, err
}
