package fold

// spelling lists characters that NFKC leaves apart although writers mix them,
// each with what the key holds instead.
var spelling = map[rune]string{
	// hyphens, dashes and minus signs
	'‐': "-", '‑': "-", '‒': "-", '–': "-", '—': "-", '―': "-", '−': "-",
	'⁃': "-", '﹘': "-", '﹣': "-", '－': "-", '─': "-", '━': "-", '╌': "-", '˗': "-",
	// wave dashes; U+FF5E arrives from Shift_JIS and is ~ after NFKC
	'〜': "~", '～': "~", '∼': "~", '∾': "~", '〰': "~", '˜': "~",
	// quotation marks and apostrophes
	'‘': "'", '’': "'", '‚': "'", '‛': "'", '′': "'", '`': "'", '´': "'", 'ʼ': "'",
	'“': `"`, '”': `"`, '„': `"`, '‟': `"`, '″': `"`, '«': `"`, '»': `"`,
	// letters whose folded form is more than one letter, or not decomposed
	'ß': "ss", 'ẞ': "ss", 'æ': "ae", 'Æ': "ae", 'œ': "oe", 'Œ': "oe",
	'ø': "o", 'Ø': "o", 'ł': "l", 'Ł': "l", 'đ': "d", 'Đ': "d", 'ð': "d", 'Ð': "d",
	'þ': "th", 'Þ': "th", 'ı': "i", 'ς': "σ",
}

// variants maps a kanji to the common form of its group. A group holds shapes
// that one and the same person or company may be written with, so 斉 and 斎
// stand together although dictionaries keep them apart.
var variants = variantTable(
	"高髙", "崎﨑嵜碕", "吉𠮷", "斉齋齊斎", "辺邊邉", "浜濵濱", "沢澤", "広廣", "国國", "学學",
	"会會", "桜櫻", "島嶋嶌", "滝瀧", "竜龍", "真眞", "恵惠", "徳德", "栄榮", "実實",
	"豊豐", "寿壽", "蔵藏", "条條", "仏佛", "万萬", "与與", "円圓", "県縣", "関關",
	"鉄鐵鐡", "駅驛", "塩鹽", "旧舊", "晋晉", "弥彌", "礼禮", "静靜", "浅淺", "穂穗",
	"槙槇", "曽曾", "富冨", "峰峯", "野埜", "桑桒", "橋𣘺", "柳栁", "籠篭", "桧檜",
	"園薗", "巌巖", "鴎鷗", "児兒", "来來", "黒黑", "横橫", "清淸", "増增", "瀬瀨",
	"徳德", "梅楳", "館舘", "坂阪", "船舩", "杉椙", "渕淵渊", "蛍螢", "亀龜", "芦蘆",
	"鶴靏靍", "薮藪", "桐桐", "宝寶", "総總", "検檢", "応應", "証證", "電電", "発發",
	"経經", "図圖", "気氣", "楽樂", "医醫", "芸藝", "鋳鑄", "歯齒", "数數", "変變",
	"両兩", "機機", "戸戶", "青靑", "教敎", "産產", "録錄", "緑綠", "絵繪", "栃杤",
	"凜凛", "遥遙", "尭堯", "焔焰", "掴摑", "頬頰", "剥剝", "填塡", "噛嚙", "蝋蠟",
	"繋繫", "騨驒", "祢禰", "侭儘", "砺礪", "壷壺", "檮梼", "涛濤", "迩邇", "蛎蠣",
)

// variantTable reads groups of characters, the common form first.
func variantTable(groups ...string) map[rune]rune {
	table := make(map[rune]rune, 2*len(groups))
	for _, group := range groups {
		common := rune(0)
		for _, r := range group {
			if common == 0 {
				common = r
			} else if r != common {
				table[r] = common
			}
		}
	}
	return table
}
