package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"time"

	"nakodo/internal/shelf"
	"nakodo/internal/store"
	"nakodo/internal/store/storetest"
	"nakodo/internal/words"
)

// archive is how many advisories the search is measured on.
const archive = 100_000

// eachBench is storetest.EachConfig for benchmarks.
func eachBench(b *testing.B, f func(b *testing.B, cfg store.Config)) {
	b.Run("sqlite", func(b *testing.B) { f(b, store.Config{Dir: b.TempDir()}) })
	b.Run("postgres", func(b *testing.B) {
		if os.Getenv("NAKODO_TEST_PG") == "" {
			b.Skip("NAKODO_TEST_PG names no PostgreSQL")
		}
		f(b, store.Config{Dir: b.TempDir(), URL: storetest.Schema(b)})
	})
}

// synth makes advisories as they are written: sentences from a stock, with
// products, versions and numbers of their own, in two languages. Words are
// spread as in real text, a few everywhere and most of them rare.
type synth struct {
	random *rand.Rand
	rare   *rand.Zipf
}

func newSynth() *synth {
	random := rand.New(rand.NewPCG(2026, 11))
	return &synth{random, rand.NewZipf(random, 1.2, 8, 20_000)}
}

var (
	makers   = []string{"横河電機", "三菱電機", "サンプル工業", "北斗システムズ", "Example Corporation", "Acme Controls", "Sakura Gate", "Northwind"}
	things   = []string{"ルーター", "ｺﾝﾄﾛｰﾗ", "ＶＰＮゲートウェイ", "管理サーバー", "組込みOS", "監視カメラ", "認証基盤", "図面作成ソフト"}
	flaws    = []string{"バッファオーバーフロー", "認証不備", "OSコマンドインジェクション", "クロスサイトスクリプティング", "パストラバーサル", "ハードコードされた認証情報の使用", "XML外部実体参照"}
	flawsEN  = []string{"buffer overflow", "missing authentication", "OS command injection", "cross-site scripting", "path traversal", "use of hard-coded credentials", "improper restriction of XML external entity reference"}
	sentence = []string{
		"遠隔の第三者によって、任意のコードを実行される可能性があります。", "当該製品にログイン可能なユーザによって、設定を変更される可能性があります。",
		"細工されたパケットを受信した場合、サービス運用妨害（DoS）状態にされる可能性があります。", "開発者が提供する情報をもとに、最新版へアップデートしてください。",
		"アップデートできない場合は、開発者が提供するワークアラウンドの適用を検討してください。", "本脆弱性情報は、情報セキュリティ早期警戒パートナーシップに基づき報告されました。",
		"A remote unauthenticated attacker may execute arbitrary code on the device.", "A user who can log in to the product may alter its settings.",
		"Receiving a specially crafted packet may cause a denial-of-service condition.", "Update the software to the latest version according to the information provided by the developer.",
		"The developer recommends applying the workarounds until the update is applied.", "Restrict access to the management interface to trusted networks.",
	}
)

func (s *synth) entry(i int) (shelf.Entry, string) {
	maker, thing, flaw := s.random.IntN(len(makers)), s.random.IntN(len(things)), s.random.IntN(len(flaws))
	product := fmt.Sprintf("%s X%d-%d", things[thing], s.rare.Uint64(), s.random.IntN(900))
	e := shelf.Entry{
		ID: fmt.Sprintf("NKD#%08d", i), Source: shelf.Own,
		Title: words.Text{
			JA: fmt.Sprintf("%s製%sにおける%sの脆弱性", makers[maker], product, flaws[flaw]),
			EN: fmt.Sprintf("%s %s vulnerable to %s", makers[maker], product, flawsEN[flaw]),
		},
		CVEs: []string{fmt.Sprintf("CVE-%d-%04d", 2010+i*16/archive, s.random.IntN(60_000))}, Vendors: []string{makers[maker]}, Products: []string{product},
		Updated: time.Date(2010, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(i) * 80 * time.Minute),
	}
	text := ""
	for range 12 {
		text += sentence[s.random.IntN(len(sentence))] + fmt.Sprintf(" r%d\n", s.rare.Uint64())
	}
	return e, text
}

// fillArchive lists n advisories, the newest last.
func fillArchive(b *testing.B, s *store.Store, n int) {
	b.Helper()
	source := newSynth()
	for i := 0; i < n; {
		do(b, s, func(ctx context.Context, tx *store.Tx) error {
			for end := min(i+1000, n); i < end; i++ {
				e, text := source.entry(i)
				if err := tx.SetEntry(ctx, e, text); err != nil {
					return err
				}
			}
			return nil
		})
	}
}

// asked is what readers type: common and rare words, in both writings, words of
// one and two characters, phrases, numbers, and what is nowhere.
var asked = []string{
	"脆弱性", "認証", "脆", "第三者", "遠隔の第三者によって", "ルータ", "ﾙｰﾀｰ", "コントローラ", "ＯＳコマンド", "外部実体", "横河", "三菱電機 ルーター",
	"openssl", "remote", "arbitrary code", `"denial-of-service condition"`, "buffer overf", "CVE-2015", "CVE-2020-12", "cve-2019-0001", "X17", "r4999", "r0",
	"サンプル工業 VPN", "sakura gate", "hard-coded", "存在しない言葉", "図面 XML", "NKD#00050000", "監視カメラ パストラバーサル", "運用妨害", "設定を変更",
}

// BenchmarkSearch measures one page of the portal's search with its count, over
// 100,000 advisories, and reports the middle and the slowest hundredth.
func BenchmarkSearch(b *testing.B) {
	eachBench(b, func(b *testing.B, cfg store.Config) {
		s := storetest.Open(b, cfg)
		start := time.Now()
		fillArchive(b, s, archive)
		filled := time.Since(start)
		b.Run("page", func(b *testing.B) {
			var took []time.Duration
			slowest := map[string]time.Duration{}
			for i := 0; b.Loop(); i++ {
				text := asked[i%len(asked)]
				start := time.Now()
				search(b, s, shelf.Question{Text: text})
				one := time.Since(start)
				took = append(took, one)
				slowest[text] = max(slowest[text], one)
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
			b.ReportMetric(filled.Seconds(), "build-s")
			b.Log(slowest)
		})
	})
}

// BenchmarkPublish measures what the store does when one advisory comes out
// (its documents in two languages and three formats, its line, its words) in
// archives of growing size.
func BenchmarkPublish(b *testing.B) {
	body := make([]byte, 20_000)
	for _, size := range []int{100, 10_000, 100_000} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			eachBench(b, func(b *testing.B, cfg store.Config) {
				s := storetest.Open(b, cfg)
				fillArchive(b, s, size)
				source := newSynth()
				for i := size; b.Loop(); i++ {
					e, text := source.entry(i)
					do(b, s, func(ctx context.Context, tx *store.Tx) error {
						for _, kind := range []string{"ja", "en", "csaf.json", "csaf.json.asc", "csaf.json.sha256", "csaf.json.sha512"} {
							d := shelf.Document{Path: "/" + e.ID + "/" + kind, Body: body, Source: shelf.Own, Advisory: e.ID, Revision: 1, At: e.Updated}
							if err := tx.Publish(ctx, d); err != nil {
								return err
							}
						}
						return tx.SetEntry(ctx, e, text)
					})
				}
			})
		})
	}
}
