package web_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"nakodo/internal/desk"
	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/store/storetest"
	"nakodo/internal/web/webtest"
)

// vendorIn is a vendor's browser.
func vendorIn(t *testing.T, c *webtest.Centre, mail string) *client {
	t.Helper()
	must(t, c.RequestLink(t.Context(), mail, "/room"))
	b := newClient(t, c)
	if st, path, _ := b.post(c.LinkIn(mail)); st != 200 || path != "/room" {
		t.Fatalf("signing in: %d at %s", st, path)
	}
	return b
}

func TestKeywords_AVendorAnswersGroupByGroup(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		c := webtest.On(t, s, clock)
		ann, _ := c.Officer("Ann", "ann@example.test")
		acme := c.Vendor(ann, "Acme", "acme.test")
		b := vendorIn(t, c, "psirt@acme.test")

		st, path, body := b.get("/room/keywords")
		b.expect("first visit", st, path, body, 200, "/room/keywords", "takes about ten minutes")
		if strings.Count(body, `aria-current="page"`) != 1 || !strings.Contains(body, fmt.Sprintf(`<span class="count">%d</span>`, c.Keywords.Len())) {
			t.Error("the rail marks another place, or does not count the questions")
		}
		checked := len(regexp.MustCompile(`value="unknown" checked`).FindAllString(body, -1))
		group := c.Keywords.Groups()[0]
		if checked != len(group.Keywords) || strings.Contains(body, `value="yes" checked`) {
			t.Errorf("%d questions say unknown, want all %d of the first group", checked, len(group.Keywords))
		}

		form := []string{"group", group.ID, "rest", "no"}
		for _, k := range group.Keywords {
			form = append(form, "a."+k.ID, "unknown")
		}
		form = append(form, "p.dnssec", "ignored without a yes")
		form[indexOf(form, "a.tls")+1] = "yes"
		st, path, body = b.post("/room/keywords", append(form, "p.tls", "Gateway 9000、"+strings.Repeat("x", 201))...)
		b.expect("a product that is too long", st, path, body, 422, "/room/keywords", "at most 200 characters")
		if !strings.Contains(body, "Gateway 9000、x") || !strings.Contains(body, `href="#f-tls"`) {
			t.Error("what was typed is lost, or the problem does not lead to its question")
		}
		st, path, body = b.post("/room/keywords", append(form, "p.tls", "Gateway 9000、 Gateway 9100")...)
		b.expect("the first group", st, path, body, 200, "/room/keywords", fmt.Sprintf("Saved. %d questions are open.", c.Keywords.Len()-len(group.Keywords)))
		qs, err := c.Questions(t.Context(), acme, acme.Org)
		must(t, err)
		for _, q := range qs.Groups[0].Lines {
			want := party.ReplyNo
			if q.ID == "tls" {
				want = party.ReplyYes
				if got := strings.Join(q.Answer.Products, "|"); got != "Gateway 9000|Gateway 9100" {
					t.Errorf("products %q", got)
				}
			}
			if q.Answer.Reply != want || q.ID != "tls" && len(q.Answer.Products) > 0 {
				t.Errorf("%s: %+v", q.ID, q.Answer)
			}
		}
		st, path, body = b.get("/room/keywords?group=" + group.ID)
		b.expect("back in the first group", st, path, body, 200, path, "Look at or change what you answered")
		st, path, body = b.post("/room/keywords", "group", group.ID, "a.tls", "perhaps")
		b.expect("no reply of the list", st, path, body, 422, "/room/keywords", "Choose yes, no or unknown.")
		st, path, body = b.post("/room/keywords", "group", group.ID, "a.nothing", "yes")
		b.expect("a keyword nobody asked", st, path, body, 422, "/room/keywords", "The list has no such keyword.")

		for _, g := range c.Keywords.Groups()[1:] {
			form := []string{"group", g.ID, "rest", "no"}
			for _, k := range g.Keywords {
				form = append(form, "a."+k.ID, "unknown")
			}
			st, path, body = b.post("/room/keywords", form...)
		}
		b.expect("the last group", st, path, body, 200, path, "Every question is answered: thank you.")
		st, path, body = b.get("/room/keywords")
		b.expect("afterwards", st, path, body, 200, path, "keywords are answered. Thank you.")
	})
}

func indexOf(list []string, s string) int {
	for i, v := range list {
		if v == s {
			return i
		}
	}
	return -1
}

func TestKeywords_AnOfficerSeesAndRecordsAnswers(t *testing.T) {
	c := webtest.Start(t)
	ann, secret := c.Officer("Ann", "ann@example.test")
	acme := c.Vendor(ann, "Acme", "acme.test")
	zeta := c.Vendor(ann, "Zeta", "zeta.test")
	must(t, c.AnswerKeywords(t.Context(), acme, acme.Org, []desk.KeywordReply{{Keyword: "vxworks", Reply: party.ReplyYes, Products: []string{"RTU-7"}}}))
	b := newClient(t, c)
	b.post("/sign-in", "mail", "ann@example.test", "password", webtest.Password, "code", c.Code(secret))
	page := "/desk/registry/" + string(acme.Org) + "/keywords"
	st, path, body := b.get(strings.TrimSuffix(page, "/keywords"))
	b.expect("the organisation", st, path, body, 200, strings.TrimSuffix(page, "/keywords"), `href="`+page+`"`)
	st, path, body = b.get(page)
	b.expect("the answers", st, path, body, 200, page, "RTU-7")
	b.expect("the counts", st, path, body, 200, page, "1 yes, 0 no, 0 unknown")
	st, path, body = b.post(page, "group", "system", "a.qnx", "yes")
	b.expect("an answer by telephone", st, path, body, 200, page, "2 yes, 0 no, 0 unknown")
	st, path, _ = b.get("/desk/registry/nobody/keywords")
	if st != 404 {
		t.Errorf("an organisation that is not there: %d at %s", st, path)
	}
	if st, _, _ := b.get("/room/keywords"); st != 404 {
		t.Errorf("an officer at a vendor's page: %d", st)
	}

	other := vendorIn(t, c, "psirt@zeta.test")
	for _, p := range []string{page, "/desk/registry/" + string(zeta.Org) + "/keywords"} {
		if st, _, body := other.get(p); st != 404 || strings.Contains(body, "RTU-7") {
			t.Errorf("a vendor at %s: %d", p, st)
		}
		if st, _, _ := other.post(p, "a.qnx", "yes"); st != 404 {
			t.Errorf("a vendor posts to %s: %d", p, st)
		}
	}
	if st, path, _ := newClient(t, c).get("/room/keywords"); st != 200 || !strings.HasPrefix(path, "/sign-in?to=") {
		t.Errorf("nobody signed in: %d at %s", st, path)
	}
}
