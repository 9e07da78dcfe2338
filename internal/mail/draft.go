package mail

import (
	"regexp"
	"strings"

	"golang.org/x/text/unicode/norm"

	"nakodo/internal/words"
)

// Draft is what a letter says about itself as a report, for an officer to
// check: nothing in it was verified.
type Draft struct {
	Title       string
	Description string // the whole letter, without the quotation
	Lang        words.Lang
	FinderName  string
	FinderMail  string
	Product     string
	Version     string
	Vendor      string
	Impact      string
	URL         string
	Ticket      string   // the finder's own number
	CVEs        []string // named in the letter
	Labelled    int      // how many labelled lines were recognised
}

// draftLabels are the labels of report forms, as people copy them into letters
// (IPA's form in Japanese, the usual ones in English), folded.
var draftLabels = map[string]func(*Draft) *string{
	"product": product, "product name": product, "software": product, "affected product": product, "affected software": product,
	"製品名": product, "製品": product, "ソフトウェア": product, "ソフトウェア名": product, "ソフトウエア製品名": product, "ソフトウェア製品名": product, "対象製品": product,
	"version": version, "versions": version, "affected version": version, "affected versions": version,
	"バージョン": version, "対象バージョン": version, "製品バージョン": version,
	"vendor": vendor, "manufacturer": vendor, "developer": vendor, "maintainer": vendor,
	"開発者": vendor, "製品開発者": vendor, "ベンダ": vendor, "ベンダー": vendor, "開発元": vendor, "メーカー": vendor,
	"impact": impact, "影響": impact, "想定される影響": impact,
	"url": url, "対象url": url, "ウェブサイト": url,
	"name": finder, "your name": finder, "reporter": finder, "氏名": finder, "名前": finder, "届出者": finder, "発見者": finder, "お名前": finder,
	"title": title, "件名": title, "タイトル": title, "題名": title, "summary": title, "概要": title,
	"your reference": ticket, "reference number": ticket, "tracking number": ticket, "管理番号": ticket, "届出者の管理番号": ticket,
}

func title(d *Draft) *string   { return &d.Title }
func product(d *Draft) *string { return &d.Product }
func version(d *Draft) *string { return &d.Version }
func vendor(d *Draft) *string  { return &d.Vendor }
func impact(d *Draft) *string  { return &d.Impact }
func url(d *Draft) *string     { return &d.URL }
func finder(d *Draft) *string  { return &d.FinderName }
func ticket(d *Draft) *string  { return &d.Ticket }

var (
	labelled = regexp.MustCompile(`^[\s■□●○◆◇・*#\-–(（【\[]*\d{0,2}[.)．）]?\s*([^:：\]】]{1,40}?)\s*(?:[:：]|[】\]][:：]?)\s*(.*)$`)
	cve      = regexp.MustCompile(`(?i)\bCVE-(?:19|20)\d\d-\d{4,10}\b`)
)

// DraftReport takes out of a letter what a report has fields for.
func DraftReport(in Inbound) Draft {
	d := Draft{Description: in.Fresh, Lang: words.EN, FinderMail: in.From.Mail}
	if len(in.ReplyTo) > 0 {
		d.FinderMail = in.ReplyTo[0].Mail
	}
	lines := strings.Split(in.Fresh, "\n")
	for i, l := range lines {
		m := labelled.FindStringSubmatch(l)
		if m == nil {
			continue
		}
		field := draftLabels[strings.ToLower(strings.TrimSpace(norm.NFKC.String(m[1])))]
		if field == nil {
			continue
		}
		value := strings.TrimSpace(m[2])
		if value == "" && i+1 < len(lines) && labelled.FindStringSubmatch(lines[i+1]) == nil {
			value = strings.TrimSpace(lines[i+1])
		}
		if at := field(&d); value != "" && *at == "" {
			*at = cut(value, 500)
			d.Labelled++
		}
	}
	if d.Title == "" {
		d.Title = cut(in.Subject, 200)
	}
	if d.FinderName == "" {
		d.FinderName = cut(in.From.Name, 200)
	}
	for _, id := range cve.FindAllString(norm.NFKC.String(in.Subject+"\n"+in.Fresh), 50) {
		d.CVEs = addOnce(d.CVEs, strings.ToUpper(id))
	}
	if kana(in.Subject + in.Fresh) {
		d.Lang = words.JA
	}
	return d
}

// LooksLikeReport says whether a letter without a thread should be opened as a
// report at once or wait in the tray: it came to an address that is there for
// reports, or it is filled in like a form.
func LooksLikeReport(in Inbound, d Draft) bool {
	return in.Kind == Letter && len(in.Marks) == 0 && (in.Report || d.Labelled >= 2)
}

func cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}
