package browser_test

import (
	"testing"

	"nakodo/internal/desk"
	"nakodo/internal/party"
	"nakodo/internal/web/webtest"
	"nakodo/test/browser"
)

// TestKeywords is a vendor at the questionnaire: first visit, a yes with
// products, a group saved at once, going back to it, and what an officer sees.
func TestKeywords(t *testing.T) {
	c := webtest.Start(t)
	ann, secret := c.Officer("Ann Aoki", "ann@example.test")
	hana := c.Vendor(ann, "Hanamaru Controls", "hanamaru.test")
	must(t, c.RequestLink(t.Context(), "psirt@hanamaru.test", "/room/keywords"))
	b := browser.Start(t)
	w := b.Window(t, "vendor")
	w.Open(c.LinkIn("psirt@hanamaru.test"))
	w.Go("Sign in here")
	w.See("takes about ten minutes")
	lookInBoth(w, "keywords", "日本語", "English")
	if browser.Eval[bool](w, `document.getElementById("p-dns").checkVisibility()`) {
		t.Error("the field for products is there before a yes")
	}
	browser.Eval[bool](w, `document.querySelector('[name="a.dns"][value=yes]').click() === undefined`)
	if !browser.Eval[bool](w, `document.getElementById("p-dns").checkVisibility()`) {
		t.Error("no field for products comes with a yes")
	}
	browser.Eval[bool](w, `(document.getElementById("p-dns").value = "HX-200, HX-300") !== ""`)
	w.Go("Save, and answer “no” to the rest")
	w.See("Saved.")
	w.See("Only these are left to answer")
	w.Go("Network protocols")
	w.See("Every question of this group is answered.")
	lookInBoth(w, "keywords-answered", "日本語", "English")

	must(t, c.AnswerKeywords(t.Context(), hana, hana.Org, []desk.KeywordReply{{Keyword: "vxworks", Reply: party.ReplyYes}}))
	o := b.Window(t, "officer")
	o.Open(c.URL + "/sign-in?to=/desk/registry/" + string(hana.Org) + "/keywords")
	o.Fill("Address", "ann@example.test")
	o.Fill("Password", webtest.Password)
	o.Fill("Code", c.Code(secret))
	o.Go("Sign in")
	o.See("HX-200, HX-300")
	lookInBoth(o, "keywords-officer", "日本語", "English")
}
