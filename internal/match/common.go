package match

import "strings"

// commonWords say little about whose product a report is about, however few
// products of a small registry use them: the words of everyday English and
// those of vulnerability reports.
var commonWords = wordSet(everyday + reports)

// companyWords stand in the names of many companies.
var companyWords = wordSet(`
technology technologies group holdings holding international global industries industry industrial industriel solutions solution
systems system software electronics electronic electric electrical automation controls control engineering networks network
communications labs laboratories laboratory medical healthcare products services service power energy digital data security
instruments semiconductor enterprises partners project foundation association institute university research development
america american europe usa uk japan germany china
`)

// productWords describe what a product is. They are in the names of many
// vendors' products, though a small registry may hold only one of them.
var productWords = wordSet(`
server client controller controllers module modules gateway gateways router routers switch switches panel panels pump pumps monitor
monitors monitoring station stations workstation suite tool tools toolkit kit sdk library libraries manager management drive drives
edge plant simulation simulator runtime studio designer viewer editor platform family series model models unit units cpu ethernet
serial wireless wifi mobile cloud smart motion safety vision industrial automation process operations operation support service
services setup installer programming engineering development configuration configurator configuration utility utilities driver
drivers plugin connector adapter converter bridge link bus modem camera cameras recorder printer scanner reader sensor sensors
meter meters relay relays inverter battery charger terminal display touch hmi plc scada dcs rtu opc ua io usb pc ai iot ip
power energy water gas oil building access asset assets batch report reporting data historian database web portal dashboard app
standard professional enterprise basic advanced lite plus pro express classic premium ultra mini micro max edition release
license licensing manager packages package firmware software hardware linux windows android java explorer center central
online remote local virtual digital analog optical high low speed performance compact modular portable infusion patient imaging
protection security guard firewall vpn proxy mail file files backup recovery test demo sample source code part number type
click open core base one two new next generation version build program route routes image images vault view insight flex
`)

// sort tells apart the words that are in the tables above.
type sort uint8

const (
	commonWord sort = 1 << iota
	companyWord
	productWord
	versionWord
)

func sortOf(text string) (s sort) {
	if commonWords[text] {
		s |= commonWord
	}
	if companyWords[text] {
		s |= companyWord
	}
	if productWords[text] {
		s |= productWord
	}
	if isVersion(text) || len(text) == 1 {
		s |= versionWord
	}
	return s
}

func wordSet(words string) map[string]bool {
	table := make(map[string]bool)
	for _, w := range strings.Fields(words) {
		table[w] = true
	}
	return table
}

const everyday = `
a an the and or nor not no of in on at to from by for with without within into onto over under via as is are was were be been being
it its this that these those there here which who whom whose what when where why how if then than else so such also only both each
any all some many more most less few other another same one two three first second new old due has have had do does did done can
could may might must shall should will would used use uses using user users between before after during until while because since
through about against above below out up down off again further once per their they them he she his her you your we our us
make makes made allow allows allowed allowing cause causes causing result results resulting lead leads leading contain contains
contained containing include includes including included provide provides provided provide based able need needs following
affected version versions prior later earlier latest all product products device devices equipment
known found exist exists existing present occur occurs specific certain several multiple various different
`

const reports = `
vulnerability vulnerabilities vulnerable attack attacks attacker attackers exploit exploits exploited exploiting exploitation
successful successfully unauthenticated authenticated authentication authorization authorized unauthorized privilege privileges
privileged remote remotely local locally arbitrary code execute executes execution executing run runs running command commands
inject injection injected sql script scripts scripting cross site request requests forgery response responses server servers side
buffer buffers overflow overflows stack heap memory corruption bounds bound read reads reading write writes writing out integer
null pointer dereference free freed race condition denial service dos crash crashes condition restart reboot
information disclosure disclose sensitive data file files path paths directory traversal upload uploads uploaded download
password passwords credential credentials hard coded plaintext cleartext encryption encrypted key keys certificate
certificates cryptographic token tokens session sessions cookie cookies access accessed accessing control controls improper
improperly insufficient insufficiently missing lack lacks validation validate validates validated input inputs neutralization
sanitization sanitize sanitized verification verify verified check checks checked restriction limitation uncontrolled resource
resources consumption default permission permissions permissive configuration configurations configured misconfiguration
network networks packet packets specially crafted malicious craft message messages parameter parameters value values function
functions functionality component components application applications software firmware system systems web page pages browser
interface http https url html xml json port ports tcp udp ip host hosts client clients administrator administrative admin account
accounts gain gains obtain obtains escalate escalation elevated level bypass bypasses bypassed send sends sending receive process
processes processing parse parses parsing parser open opens opened load loads loading library libraries dll element
search order cwe cve cvss vector string base score been assigned calculated av ac pr ui low high none confidentiality integrity
availability impact complexity interaction required scope changed unchanged issue issues bug flaw weakness mitigation update updates
updated patch patched fix fixed advisory security secure insecure unsafe deserialization untrusted trust trusted type confusion
external entity reference expression regular object objects class method methods field fields length size check index array
user's victim victims person physical adjacent internet connection connections connect connected communication communications
protocol protocols storage stored store stores database databases log logs logging error errors handling handled exception
exceptional conditions state states leak leaks exposure expose exposes exposed modify modified modification change changes tamper
delete deleted deletion create creates created creation view full complete completely take takes taking over compromise compromised
`
