package fold

import (
	"slices"
	"strings"
)

// Forms gives the ways a name as registered may be written in a text. Own are
// names of the organisation itself: the name without its parentheses first,
// then what stands in them. Parts are the pieces of a name that lists several
// companies; each may be the name of somebody else as well.
//
//	Forms("日立エナジー (旧 日立ABBパワーグリッド)") = 日立エナジー, 日立ABBパワーグリッド
//	Forms("General Electric (GE)") = General Electric, GE
//	Forms("Kantech, Johnson Controls Inc.") = the whole; parts Kantech, Johnson Controls Inc.
//
// All are strings as they stand in the name; fold them with Name.
func Forms(name string) (own, parts []string) {
	outside, inside := parentheses(name)
	for _, form := range append([]string{outside}, inside...) {
		form = afterFormerMark(strings.TrimSpace(form))
		if form != "" && !isLegalForm(form) {
			own = append(own, form)
		}
	}
	for _, form := range own {
		pieces := strings.FieldsFunc(strings.ReplaceAll(form, " and ", ","), func(r rune) bool {
			return r == ',' || r == '、' || r == '，' || r == ';'
		})
		pieces = slices.DeleteFunc(pieces, func(p string) bool { return strings.TrimSpace(p) == "" || isLegalForm(p) })
		for _, p := range pieces {
			if len(pieces) > 1 {
				parts = append(parts, strings.TrimSpace(p))
			}
		}
	}
	return own, parts
}

// parentheses separates what stands outside of all parentheses from what
// stands in each.
func parentheses(name string) (outside string, inside []string) {
	var out, in strings.Builder
	depth := 0
	for _, r := range name {
		switch {
		case r == '(' || r == '（' || r == '〔' || r == '[':
			if depth++; depth > 1 {
				in.WriteByte(' ')
			}
		case (r == ')' || r == '）' || r == '〕' || r == ']') && depth > 0:
			if depth--; depth == 0 {
				inside = append(inside, in.String())
				in.Reset()
				out.WriteByte(' ')
			}
		case depth > 0:
			in.WriteRune(r)
		default:
			out.WriteRune(r)
		}
	}
	if in.Len() > 0 { // never closed
		inside = append(inside, in.String())
	}
	return strings.Join(strings.Fields(out.String()), " "), inside
}

// afterFormerMark takes 旧, formerly and the like off a former name.
func afterFormerMark(form string) string {
	lower := strings.ToLower(form)
	for _, mark := range formerMarks {
		if strings.HasPrefix(lower, mark) && len(lower) == len(form) {
			return strings.TrimLeft(form[len(mark):], " \u3000:：、,")
		}
	}
	return form
}

func isLegalForm(s string) bool {
	if s = strings.TrimSpace(s); slices.Contains(bracketedForms, s) || slices.Contains(japaneseForms, characters(s)) {
		return true
	}
	words := nameWords(s)
	return len(dropForms(words)) == 0
}

// Longer marks stand before those they begin with.
var formerMarks = []string{
	"旧社名", "旧称", "旧名", "旧", "元",
	"formerly known as", "formerly", "former", "previously known as", "previously", "also known as", "a.k.a.", "aka", "dba",
}

var bracketedForms = []string{
	"株", "有", "同", "資", "名", "一社", "公社", "一財", "公財", "社", "財", "独", "国", "大", "学", "医", "福", "宗", "特非", "相", "主", "주", "유",
}

// japaneseForms stand before or after the name, without a space. They are
// written as Search folds them.
var japaneseForms = func() []string {
	forms := []string{
		"特定非営利活動法人", "国立研究開発法人", "地方独立行政法人", "有限責任事業組合", "大学共同利用機関法人",
		"一般社団法人", "公益社団法人", "一般財団法人", "公益財団法人", "独立行政法人", "国立大学法人", "公立大学法人",
		"社会福祉法人", "特定目的会社", "認可法人", "特殊法人", "株式会社", "有限会社", "合同会社", "合資会社", "合名会社",
		"相互会社", "社団法人", "財団法人", "学校法人", "医療法人", "宗教法人", "監査法人", "税理士法人", "弁護士法人",
		"npo法人", "協同組合", "股份有限公司", "有限责任公司", "有限責任公司", "有限公司", "주식회사", "유한회사",
	}
	for i, form := range forms {
		forms[i] = characters(form)
	}
	return forms
}()

var honorifics = []string{"御中", "さま", "さん", "先生", "各位", "様", "殿", "氏"}

// addressedAs stand before a name in a letter, or are an article.
var addressedAs = []string{"mr", "mrs", "ms", "dr", "prof", "messrs", "the"}

// legalForms are dropped from the end of a name, one word after another.
var legalForms = set(`
	inc incorporated ltd limited co corp corporation company cop plc llc llp lp pllc lllp
	gmbh mbh ag kg kgaa ohg ug ev eg se gbr
	sa sas sasu sarl srl spa snc sapa sau sl slu slne cv rl
	nv bv cvba bvba vof as asa ab oy oyj aps ans hf ehf
	pty pte pvt ptyltd sdn bhd berhad tbk pt cia ltda eireli lda
	kk yk gk sro zoo spzoo doo dd kft zrt nyrt ooo oao zao pao jsc pjsc cjsc ojsc
	sal saoc wll fze fzco fzllc psc coltd ltdco
`)

func set(words string) map[string]bool {
	table := make(map[string]bool)
	for _, w := range strings.Fields(words) {
		table[w] = true
	}
	return table
}
