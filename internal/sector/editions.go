package sector

import (
	"time"

	"nakodo/internal/words"
)

func day(year int, month time.Month, d int) time.Time {
	return time.Date(year, month, d, 0, 0, 0, 0, time.UTC)
}

func text(en, ja string) words.Text { return words.Text{EN: en, JA: ja} }

// list makes sectors of a scheme from triples: code, English, Japanese.
func list(scheme string, triples ...string) []Sector {
	var all []Sector
	for i := 0; i+2 < len(triples); i += 3 {
		all = append(all, Sector{Code: scheme + "/" + triples[i], Name: text(triples[i+1], triples[i+2])})
	}
	return all
}

var (
	japan = text("Japan", "日本")
	nis2  = text("NIS2", "NIS2指令")
	usa   = text("United States", "米国")
)

// Editions lists every edition, those of one scheme together and the oldest first.
var Editions = []Edition{
	{Scheme: "jp", Name: japan, Edition: "2005", From: day(2005, 12, 13),
		Source: "Information Security Policy Council: Action Plan on Information Security Measures for Critical Infrastructures, 2005-12-13", Sectors: japan2005},
	{Scheme: "jp", Name: japan, Edition: "2014", From: day(2014, 5, 19),
		Source: "Information Security Policy Council: Basic Policy of Critical Information Infrastructure Protection, third edition, 2014-05-19", Sectors: japan2014},
	{Scheme: "jp", Name: japan, Edition: "2018", From: day(2018, 7, 25),
		Source: "Cybersecurity Strategic Headquarters: Cybersecurity Policy for Critical Infrastructure Protection, fourth edition, revised 2018-07-25 (airports)", Sectors: japan2018},
	{Scheme: "jp", Name: japan, Edition: "2024", From: day(2024, 3, 8),
		Source: "Cybersecurity Strategic Headquarters: Cybersecurity Policy for Critical Infrastructure Protection, 2022-06-17, revised 2024-03-08 (ports)", Sectors: japan2024},

	{Scheme: "nis2", Name: nis2, Edition: "2022", From: day(2024, 10, 18), // the measures apply from the day after transposition, Article 41
		Source: "Directive (EU) 2022/2555, annexes I and II", Sectors: append(nis2AnnexI, nis2AnnexII...)},

	{Scheme: "cisa", Name: usa, Edition: "2013", From: day(2013, 2, 12),
		Source: "Presidential Policy Directive 21, 2013-02-12", Sectors: usSectors("Government Facilities", "政府施設")},
	{Scheme: "cisa", Name: usa, Edition: "2024", From: day(2024, 4, 30),
		Source: "National Security Memorandum 22, 2024-04-30", Sectors: usSectors("Government Services and Facilities", "政府サービス・施設")},
}

var japan2005 = list("jp",
	"information-communication", "Information and communication", "情報通信",
	"finance", "Finance", "金融",
	"aviation", "Aviation", "航空",
	"railway", "Railway", "鉄道",
	"electricity", "Electric power", "電力",
	"gas", "Gas", "ガス",
	"government", "Government and administrative services, including local governments", "政府・行政サービス（地方公共団体を含む）",
	"medical", "Medical", "医療",
	"water", "Water", "水道",
	"logistics", "Logistics", "物流",
)

var (
	japan2014 = append(japan2005[:len(japan2005):len(japan2005)], list("jp",
		"chemistry", "Chemical industries", "化学",
		"credit", "Credit card services", "クレジット",
		"petroleum", "Petroleum industries", "石油",
	)...)
	japan2018 = append(japan2014[:len(japan2014):len(japan2014)], list("jp", "airport", "Airport", "空港")...)
	japan2024 = append(japan2018[:len(japan2018):len(japan2018)], list("jp", "port", "Port", "港湾")...)
)

// nis2AnnexI is the sectors of high criticality, with their subsectors.
var nis2AnnexI = list("nis2",
	"energy-electricity", "Energy: electricity", "エネルギー（電力）",
	"energy-heat", "Energy: district heating and cooling", "エネルギー（地域冷暖房）",
	"energy-oil", "Energy: oil", "エネルギー（石油）",
	"energy-gas", "Energy: gas", "エネルギー（ガス）",
	"energy-hydrogen", "Energy: hydrogen", "エネルギー（水素）",
	"transport-air", "Transport: air", "運輸（航空）",
	"transport-rail", "Transport: rail", "運輸（鉄道）",
	"transport-water", "Transport: water", "運輸（水運）",
	"transport-road", "Transport: road", "運輸（道路）",
	"banking", "Banking", "銀行",
	"financial-market", "Financial market infrastructures", "金融市場インフラ",
	"health", "Health", "保健医療",
	"drinking-water", "Drinking water", "飲料水",
	"wastewater", "Waste water", "下水",
	"digital-infrastructure", "Digital infrastructure", "デジタルインフラ",
	"ict-service-management", "ICT service management (business-to-business)", "ICTサービス管理（事業者間）",
	"public-administration", "Public administration", "行政",
	"space", "Space", "宇宙",
)

// nis2AnnexII is the other critical sectors.
var nis2AnnexII = list("nis2",
	"postal", "Postal and courier services", "郵便・宅配",
	"waste", "Waste management", "廃棄物管理",
	"chemicals", "Manufacture, production and distribution of chemicals", "化学品の製造・生産・流通",
	"food", "Production, processing and distribution of food", "食品の生産・加工・流通",
	"manufacturing-medical", "Manufacturing: medical devices and in vitro diagnostic medical devices", "製造（医療機器・体外診断用医療機器）",
	"manufacturing-computer", "Manufacturing: computer, electronic and optical products", "製造（コンピュータ・電子・光学製品）",
	"manufacturing-electrical", "Manufacturing: electrical equipment", "製造（電気機器）",
	"manufacturing-machinery", "Manufacturing: machinery and equipment not elsewhere classified", "製造（その他の機械・装置）",
	"manufacturing-vehicles", "Manufacturing: motor vehicles, trailers and semi-trailers", "製造（自動車・トレーラー）",
	"manufacturing-transport", "Manufacturing: other transport equipment", "製造（その他の輸送用機器）",
	"digital-providers", "Digital providers", "デジタルプロバイダ",
	"research", "Research", "研究",
)

// usSectors is the sixteen sectors; one was renamed between the editions.
func usSectors(government, ja string) []Sector {
	return list("cisa",
		"chemical", "Chemical", "化学",
		"commercial-facilities", "Commercial Facilities", "商業施設",
		"communications", "Communications", "通信",
		"critical-manufacturing", "Critical Manufacturing", "重要製造業",
		"dams", "Dams", "ダム",
		"defense", "Defense Industrial Base", "防衛産業基盤",
		"emergency-services", "Emergency Services", "緊急サービス",
		"energy", "Energy", "エネルギー",
		"financial", "Financial Services", "金融サービス",
		"food-agriculture", "Food and Agriculture", "食料・農業",
		"government", government, ja,
		"health", "Healthcare and Public Health", "医療・公衆衛生",
		"information-technology", "Information Technology", "情報技術",
		"nuclear", "Nuclear Reactors, Materials, and Waste", "原子炉・核物質・核廃棄物",
		"transportation", "Transportation Systems", "輸送システム",
		"water", "Water and Wastewater", "上下水道",
	)
}
