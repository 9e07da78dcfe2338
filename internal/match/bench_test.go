package match_test

import (
	"fmt"
	"math/rand"
	"strings"

	"nakodo/internal/match"
)

// The measurement of speed and size: 100,000 organisations with 1,000,000
// product names. Names are drawn so that few words are in very many names and
// most are in few, a fifth is Japanese, and products follow a long-tailed
// distribution over the organisations.
const (
	benchOrganisations = 100_000
	benchProducts      = 1_000_000
)

var (
	benchSyllables = strings.Fields("ka to ri ma no sel vex tron dyn lo mi ra pre qua zen or bit net al fi co ser nu ti pol gra den ve ark lum")
	benchGeneric   = strings.Fields(`Server Client Controller Module Gateway Router Switch Panel Monitor Station Suite Toolkit Library Manager
		Drive Runtime Studio Viewer Platform Series Unit Firmware Software Web Access Control Network Remote Security Power Motion Safety`)
	benchJapanese = []rune("東京西南北電機工業精密計測制御横河三菱日立富士松下高橋製作所技研情報通信光学化成重空調医療器械車両")
	benchKatakana = strings.Fields("サーバー ルーター コントローラー モニター ゲートウェイ システム スイッチ センサー ソフトウェア ネットワーク")
	benchReport   = strings.Fields(`A buffer overflow in the web server of affected versions could allow an unauthenticated remote attacker to
		execute arbitrary code by sending a specially crafted packet to port 502 The vulnerability exists because the application does not
		properly validate the length of user supplied data before copying it into a fixed size stack buffer Successful exploitation may lead to
		a denial of service condition or disclosure of sensitive information stored on the device Operators should apply the update`)
)

type namer struct {
	*rand.Rand
	zipf *rand.Zipf
}

func newNamer(seed int64) *namer {
	r := rand.New(rand.NewSource(seed))
	return &namer{r, rand.NewZipf(r, 1.2, 20, 300_000)}
}

// brand makes the n-th made-up word; small n are frequent.
func (n *namer) brand() string {
	k := int(n.zipf.Uint64())
	word := ""
	for range 3 {
		word += benchSyllables[k%len(benchSyllables)]
		k /= len(benchSyllables)
	}
	return strings.ToUpper(word[:1]) + word[1:] + strings.Repeat("i", k%4)
}

func (n *namer) product() string {
	if n.Intn(5) == 0 {
		return n.kanji(2+n.Intn(3)) + benchKatakana[n.Intn(len(benchKatakana))] + fmt.Sprintf(" %c%d", 'A'+n.Intn(26), n.Intn(900))
	}
	name := n.brand()
	if n.Intn(2) == 0 {
		name += " " + benchGeneric[n.Intn(len(benchGeneric))]
	}
	if n.Intn(2) == 0 {
		name += fmt.Sprintf(" %c%c-%d", 'A'+n.Intn(26), 'A'+n.Intn(26), n.Intn(10_000))
	}
	return name
}

func (n *namer) kanji(length int) string {
	var b strings.Builder
	for range length {
		b.WriteRune(benchJapanese[n.Intn(len(benchJapanese))])
	}
	return b.String()
}

func (n *namer) entry(id, products int) match.Entry {
	e := match.Entry{Organisation: fmt.Sprintf("org-%d", id)}
	if id%5 == 0 {
		e.Names = []string{n.kanji(4) + "株式会社", n.brand() + " " + n.brand() + " Co., Ltd."}
	} else {
		e.Names = []string{n.brand() + " " + benchGeneric[n.Intn(len(benchGeneric))] + " Inc."}
	}
	e.Domains = []string{fmt.Sprintf("vendor%d.example", id)}
	e.CPEs = []string{fmt.Sprintf("cpe:2.3:*:vendor%d", id)}
	for range id % 3 {
		e.Titles = append(e.Titles, n.brand()+" "+n.product())
	}
	for range products {
		e.Products = append(e.Products, match.Product{Name: n.product()})
	}
	return e
}

// question writes a report of some 250 words about one or two products.
func (n *namer) question() match.Question {
	var b strings.Builder
	b.WriteString(n.brand() + " " + n.product() + "\n")
	for range 3 + n.Intn(4) {
		from := n.Intn(len(benchReport) / 2)
		b.WriteString(strings.Join(benchReport[from:], " ") + " " + n.product() + ".\n")
	}
	b.WriteString(n.kanji(6) + "の" + n.product() + "に脆弱性が存在する。 " + n.brand()[1:] + "x\n")
	return match.Question{Text: b.String()}
}

func benchIndex() (*match.Index, *namer) {
	n := newNamer(1)
	x := match.New()
	left := benchProducts
	sizes := rand.NewZipf(n.Rand, 1.5, 5, 5000)
	for id := range benchOrganisations {
		products := min(left, int(sizes.Uint64()))
		if rest := benchOrganisations - id; left-products > rest*20 {
			products = left / rest
		}
		left -= products
		x.Put(n.entry(id, products))
	}
	for id := 0; left > 0; id++ { // what the long tail did not take
		products := min(left, 200)
		left -= products
		x.Put(n.entry(id, products))
	}
	return x, n
}
