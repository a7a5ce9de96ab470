//! The word lists that likeness decides by. They are short on purpose: what stands here is common in news and has one reading.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use rust_stemmers::{Algorithm, Stemmer};

/// Words that mean the same in a claim; the first names the group. Verbs in their base form: the stemmer sees to the rest.
#[rustfmt::skip] // a group a line, or two short ones
const SYNONYMS: &[&str] = &[
    "die death dead kill killed killing fatal fatality fatalities perish toll slain",
    "injure injury injured wound wounded hurt casualty", "attack strike struck hit bomb bombard shell raid assault",
    "buy purchase acquire acquisition takeover bought", "sell sold sale", "job post position", "layoff redundancy",
    "scrap abolish", "firm company business corporation", "law legislation act statute", "rule regulation",
    "ban prohibit outlaw forbid forbade", "allow permit legalise legalize", "child children kid youngster", "pupil student schoolchild",
    "doctor physician medic", "drug medicine medication", "hospital clinic", "car vehicle automobile", "plane aircraft jet airliner",
    "house home dwelling", "flood flooding inundation", "fire blaze wildfire", "quake earthquake tremor", "storm hurricane typhoon cyclone",
    "rise rose risen increase grow grew grown growth jump climb soar surge upward higher gain raise lift hike boost swell expand rocket",
    "fall fell fallen drop decline decrease shrink shrank shrunk slump plunge tumble slide slid sink sank downward lower reduce reduction slow ease dip diminish dwindle cut slash axe",
    "build built construct construction", "destroy wreck raze demolish", "damage harm", "collapse", "close shut closure shutter",
    "open opening reopen", "begin began begun start launch commence beginning", "end finish conclude cease", "stop halt suspend block freeze",
    "army military", "soldier troop", "seize capture overrun", "police", "arrest detain detention", "jail imprison prison sentence",
    "convict conviction", "acquit acquittal", "murder homicide", "steal stole stolen theft", "weapon arm", "gun firearm",
    "approve approval pass adopt ratify endorse", "reject rejection veto refuse turn-down rebuff", "uphold upheld", "overturn quash reverse strike-down",
    "plan intend aim", "pledge promise vow", "demand", "deny denial", "rival competitor", "factory plant", "worker employee staff workforce",
    "nurse", "teacher", "strike-action walkout walk-out", "wage pay salary earnings", "cost price", "profit", "revenue turnover", "loss", "tax levy duty", "tariff",
    "debt", "deficit shortfall", "unemployment jobless joblessness unemployed", "inflation", "economy economic", "budget", "spend spent spending expenditure", "aid assistance help",
    "border frontier", "migrant immigrant", "migration immigration", "refugee", "asylum", "deport deportation expel expulsion", "visa", "citizen",
    "election ballot", "vote", "voter elector", "turnout", "parliament", "lawmaker mp legislator", "minister", "government administration", "president", "court", "judge justice", "lawsuit suit sue",
    "climate", "warming", "emission", "pollution", "temperature heat", "energy power electricity", "renewable", "coal", "oil crude petroleum", "gas", "petrol gasoline", "nuclear atomic",
    "vaccine vaccination jab inoculation", "infect infection", "disease illness", "cancer", "patient", "admission admit hospitalise hospitalize hospitalisation", "study research", "scientist researcher", "risk likelihood danger probability",
    "record", "champion winner", "win won victory beat beaten defeat", "lose lost", "match game", "goal", "league", "team side squad", "player footballer",
    "school", "university college", "maths mathematics math", "exam examination", "money fund", "bank lender", "rate", "loan", "share stock", "market", "trade",
    "export", "import", "food", "water", "poverty poor", "rich wealthy", "old elderly pensioner", "young", "woman women female", "man men male", "people person",
    "reach hit-record", "double twofold", "leave left", "need require", "use", "show", "get receive obtain", "give gave provide supply", "send sent dispatch", "deploy",
    "overtake overtook overtaken surpass", "exceed", "lead led", "rank", "average mean", "median", "minimum", "maximum", "big large huge biggest largest", "small little smallest",
    "highest", "lowest", "best", "worst", "first", "last", "own owner ownership", "pregnant pregnancy", "smoke smoker smoking", "drink drinker drinking", "drive driver", "crash collision accident",
    "ship vessel boat ferry", "capsize overturned", "rocket missile", "drone", "nuclear-weapon", "uranium", "ceasefire truce armistice", "peace", "war conflict", "invade invasion", "hostage captive", "protest demonstration protester demonstrator rally", "bird", "species", "forest woodland", "deforestation", "glacier", "ice", "sea ocean",
    "quick fast", "near close-to", "outbreak epidemic", "global world worldwide", "evacuate evacuation", "recall", "fine penalty", "illegal unlawful", "legal lawful", "main key chief", 
    "hack hacker hacking cyberattack", "breach leak", "resign resignation quit step-down", "appoint nominate", "elect", "join", "merge merger", "sign", "agree agreement deal accord pact treaty",
    "mark score", "progress progression", "wait waiting", "abroad overseas", "enough sufficient adequate", "evidence proof", "fraud", "bribe bribery", "corruption corrupt",
    "delay postpone", "cancel call-off", "free release", "charge indict indictment prosecute prosecution", "accuse allege", "request claim application apply", "tell told inform",
    "lung", "heart cardiac", "baby infant newborn", "mother", "dog", "sick ill", "crop harvest", "rain rainfall", "drought", "snow", "supermarket grocer", "shop store retailer", "flat apartment", "road highway motorway", "train rail railway", "airport", "airline carrier", "passenger traveller", "ticket fare", "holiday vacation", "film movie", "autumn fall-season", "town city",
];

/// Forms the stemmer does not bring together.
#[rustfmt::skip] // a filled list reads better than a pair a line
const IRREGULAR: &[(&str, &str)] = &[
    ("took", "take"), ("taken", "take"), ("made", "make"), ("went", "go"), ("gone", "go"), ("came", "come"), ("held", "hold"), ("brought", "bring"),
    ("paid", "pay"), ("kept", "keep"), ("found", "find"), ("met", "meet"), ("ran", "run"), ("broke", "break"), ("broken", "break"),
    ("wrote", "write"), ("written", "write"), ("spoke", "speak"), ("spoken", "speak"), ("drew", "draw"), ("drawn", "draw"), ("drove", "drive"),
    ("driven", "drive"), ("fought", "fight"), ("caught", "catch"), ("taught", "teach"), ("shot", "shoot"), ("threw", "throw"), ("thrown", "throw"),
    ("knew", "know"), ("known", "know"), ("lay", "lie"), ("lives", "live"), ("wives", "wife"), ("knives", "knife"), ("halves", "half"),
    ("stood", "stand"), ("understood", "understand"), ("withdrew", "withdraw"), ("withdrawn", "withdraw"), ("flew", "fly"), ("flown", "fly"),
    ("chose", "choose"), ("chosen", "choose"), ("wore", "wear"), ("worn", "wear"), ("stabbed", "stab"), ("tore", "tear"), ("torn", "tear"),
    ("daily", "per-day"), ("weekly", "per-week"), ("monthly", "per-month"), ("quarterly", "per-quarter"), ("yearly", "per-year"), ("annual", "per-year"),
    ("annually", "per-year"), ("important", "significant"), ("importance", "significant"), ("organ", "organs"), ("news", "tidings"), ("burnt", "burn"), ("swore", "swear"), ("sworn", "swear"), ("thought", "think"), ("felt", "feel"), ("lent", "lend"), ("fled", "flee"),
];

/// Words that exclude each other: where one claim has some of a class and the other has others of it, they say different things.
/// Members that mean the same stand together, written as the heads of [`SYNONYMS`] where they have a group.
const CLASSES: &[&[&[&str]]] = &[
    &[&["rise"], &["fall"]],
    &[&["more"], &["less", "fewer"]],
    &[&["win"], &["lose"]],
    &[&["highest", "most", "high"], &["lowest", "least", "fewest", "low"]],
    &[&["best", "better"], &["worst", "worse"]],
    &[&["big"], &["small"]],
    &[&["support", "favour", "favor"], &["oppose"]],
    &[&["approve"], &["reject"]],
    &[&["uphold"], &["overturn"]],
    &[&["convict", "guilty"], &["acquit", "innocent"]],
    &[&["ban"], &["allow"]],
    &[&["open"], &["close"]],
    &[&["begin"], &["end"], &["stop"]],
    &[&["hire", "recruit"], &["fire", "sack", "dismiss"]],
    &[&["buy"], &["sell"]],
    &[&["legal"], &["illegal"]],
    &[&["import"], &["export"]],
    &[&["before"], &["after"]],
    &[&["woman"], &["man"]],
    &[&["girl"], &["boy"]],
    &[&["profit"], &["loss"], &["revenue"], &["debt"], &["deficit"], &["surplus"]],
    &[&["die"], &["injure"], &["infect", "case"], &["admission"]],
    &[
        &["murder"],
        &["burglary", "burglar"],
        &["robbery", "rob"],
        &["rape"],
        &["fraud"],
        &["shoplifting", "shoplift"],
        &["arson"],
        &["stab"],
        &["shoot"],
    ],
    &[&["north", "northern"], &["south", "southern"], &["east", "eastern"], &["west", "western"]],
    &[&["north-east"], &["north-west"], &["south-east"], &["south-west"]],
    &[&["average"], &["median"], &["minimum"], &["maximum"]],
    &[&["per-day"], &["per-week"], &["per-month"], &["per-quarter"], &["per-year"]],
    &[&["rich"], &["poverty"]],
    &[&["young", "youth"], &["old"]],
    &[&["public"], &["private"]],
    &[&["rural"], &["urban"]],
    &[&["left-wing"], &["right-wing"]],
    &[&["civilian"], &["soldier"]],
    &[&["primary"], &["secondary"]],
    &[&["birth", "born"], &["die"]],
    &[&["arrive", "arrival", "enter"], &["depart", "departure", "exit"]],
    &[&["strengthen", "strong", "stronger"], &["weaken", "weak", "weaker"]],
    &[&["widen"], &["narrow"]],
    &[&["accept"], &["reject"]],
    &[&["success", "succeed", "successful"], &["failure"]],
    &[&["supply"], &["demand"]],
    &[&["husband"], &["wife"]],
    &[&["attack"], &["defend"]],
    &[&["hot", "hottest", "warmest", "warm"], &["cold", "coldest", "cool", "coolest"]],
    &[&["wet", "wettest"], &["dry", "driest"]],
    &[&["longest", "long"], &["shortest", "short"]],
    &[&["oldest"], &["youngest"]],
    &[&["fastest", "quick"], &["slowest"]],
    &[&["wind"], &["solar"], &["coal"], &["nuclear"], &["gas"]],
    &[&["include"], &["exclude"]],
    &[&["introduce"], &["scrap"]],
    &[&["first"], &["last"]],
];

/// Classes whose members may stand for each other where the parties are swapped: A beat B, B lost to A.
pub(super) const MIRRORED: [u8; 2] = [1, 2];

/// Words that narrow a measure: where only one claim has one, the claims measure different things.
#[rustfmt::skip] // a filled list reads better than a word a line
const QUALIFIERS: &[&str] = &[
    "youth", "core", "underlying", "net", "gross", "median", "minimum", "nominal", "per-capita", "seasonally", "attempted", "partial", "temporary",
];

/// Words that carry little: they count less than half.
#[rustfmt::skip] // a filled list reads better than a word a line
const LIGHT: &[&str] = &[
    "people", "number", "figure", "total", "level", "amount", "make", "take", "go", "come", "get", "give", "put", "set", "see", "say", "tell",
    "new", "year", "month", "week", "day", "time", "period", "quarter", "half", "time", "thing", "way", "part", "place", "part", "case", "line",
    "hour", "decade", "fiscal", "row", "run", "running", "straight", "consecutive", "since", "past", "recent", "previous", "current", "now", "already", "just",
    "only", "also", "still", "even", "expect", "plan", "main", "key", "official", "country", "nation", "area", "region", "group", "around", "over", "across",
    "between", "near", "off", "out", "because", "due", "thank", "cause", "lead", "happen", "become", "record", "reach", "become", "find", "show", "use", "have", "own",
    "do", "hold", "keep", "remain", "stay", "total", "altogether", "overall", "roughly", "almost", "nearly", "about", "least", "most", "more", "than", "less", "many",
    "last", "next", "this", "early", "late", "morning", "night", "evening", "overnight", "today", "yesterday", "tomorrow", "ago", "former", "member", "begin", "end",
    "mark", "amid", "follow", "work", "carry", "face", "need", "want", "want", "try", "live", "call", "move", "change", "compare", "among", "against", "for",
    "wide", "world", "global", "every", "each", "other", "any", "all", "both", "several", "some", "few", "much",
];

/// Words that say nothing of what is claimed.
#[rustfmt::skip] // a filled list reads better than a word a line
const EMPTY: &[&str] = &[
    "the", "a", "an", "and", "or", "but", "if", "of", "to", "in", "on", "at", "by", "from", "with", "as", "is", "are", "was", "were", "be", "been", "being",
    "has", "had", "having", "will", "would", "shall", "should", "can", "could", "may", "might", "must", "does", "did", "its", "it", "his", "her", "hers", "their",
    "our", "my", "your", "he", "she", "they", "we", "i", "you", "them", "him", "us", "me", "that", "these", "those", "there", "here", "which", "who", "whom", "whose",
    "what", "when", "where", "while", "how", "why", "so", "then", "too", "very", "into", "onto", "upon", "through", "via", "per", "such", "s", "t", "re", "ve", "ll", "d", "m", "am",
    "not", "no", "never", "nor", "neither", "none", "nobody", "nothing", "without", "mr", "mrs", "ms", "dr", "am", "yet", "during", "within", "under", "itself", "themselves", "according",
];

/// Words that turn a claim round.
#[rustfmt::skip] // a filled list reads better than a word a line
pub(super) fn negates(word: &str) -> bool {
    matches!(
        word,
        "not" | "no" | "never" | "nor" | "neither" | "none" | "nobody" | "nothing" | "nowhere" | "without" | "cannot" | "cant" | "dont" | "doesnt" | "didnt"
        | "isnt" | "arent" | "wasnt" | "werent" | "hasnt" | "havent" | "hadnt" | "wont" | "wouldnt" | "couldnt" | "shouldnt" | "mustnt" | "aint" | "hardly"
        | "failed" | "fails" | "fail" | "failing" | "refused" | "refuses" | "refuse" | "refusing" | "declined-to" | "unable" | "denied" | "denies" | "deny" | "lacks" | "lacked"
        | "false" | "falsely" | "untrue" | "hoax" | "debunked" | "unsafe" | "unlikely" | "unconstitutional" | "ineffective" | "unaffordable" | "unvaccinated"
        | "unarmed" | "undocumented" | "uninsured" | "unpaid" | "unauthorised" | "unauthorized" | "unprepared" | "unprotected" | "unsuccessful" | "inaccurate"
    )
}

/// The word that a negating prefix turns round.
pub(super) fn without_prefix(word: &str) -> Option<&str> {
    let is_one = negates(word);
    word.strip_prefix("un")
        .or_else(|| word.strip_prefix("in"))
        .filter(|rest| is_one && rest.len() > 3 && *rest != "able" && *rest != "true")
}

/// Words before which `no` or `not` bounds a number or goes on: `no more than`, `not only`.
pub(super) fn excuses_negation(word: &str) -> bool {
    matches!(word, "more" | "fewer" | "less" | "later" | "only" | "just" | "least" | "longer" | "doubt" | "merely")
}

/// Verbs that attribute whatever follows them.
pub(super) fn attributes(word: &str) -> bool {
    matches!(word, "said" | "says" | "say" | "saying")
}

/// Verbs that attribute where "that" follows, or at the end of a sentence.
#[rustfmt::skip] // a filled list reads better than a word a line
pub(super) fn may_attribute(word: &str) -> bool {
    attributes(word)
        || matches!(
            word,
            "claimed" | "claims" | "claim" | "told" | "tells" | "warned" | "warns" | "announced" | "announces" | "reported" | "reports" | "report" | "insisted"
            | "argued" | "argues" | "added" | "stated" | "states" | "estimated" | "estimates" | "suggested" | "suggests" | "suggest" | "revealed" | "reveals" | "confirmed"
            | "confirms" | "believes" | "believe" | "found" | "finds" | "find" | "showed" | "shows" | "show" | "indicate" | "indicates" | "indicated" | "noted"
            | "declared" | "explained" | "acknowledged" | "admitted" | "boasted" | "alleged" | "asserted" | "concluded" | "wrote" | "tweeted" | "posted" | "testified"
        )
}

/// Prepositions after which a name says where or when, not who.
#[rustfmt::skip] // a filled list reads better than a word a line
pub(super) fn places(word: &str) -> bool {
    matches!(
        word,
        "in" | "at" | "on" | "near" | "across" | "of" | "for" | "around" | "outside" | "inside" | "off" | "within" | "throughout" | "under" | "with" | "between" | "into"
        | "from" | "along" | "behind" | "through" | "about" | "since" | "during" | "after" | "before"
    )
}

/// Forms of "be", which make a passive with a participle.
pub(super) fn is_be(word: &str) -> bool {
    matches!(word, "is" | "are" | "was" | "were" | "be" | "been" | "being" | "got" | "get" | "gets")
}

/// Verbs whose parties may be named in either order.
pub(super) fn is_mutual(word: &str) -> bool {
    matches!(
        word,
        "met" | "meet" | "meets" | "meeting" | "talks" | "married" | "marry" | "merge" | "merged" | "merger" | "signed" | "draw" | "drew"
    )
}

/// Verbs that set what stands before them against what follows, as "than" does.
#[rustfmt::skip] // a filled list reads better than a word a line
pub(super) fn compares(word: &str) -> bool {
    matches!(
        word,
        "outnumber" | "outnumbers" | "outnumbered" | "exceed" | "exceeds" | "exceeded" | "outweigh" | "outweighs" | "outweighed" | "outsell" | "outsells" | "outsold"
        | "outperform" | "outperforms" | "outperformed" | "surpass" | "surpasses" | "surpassed" | "overtook" | "overtake" | "overtakes" | "beat" | "beats" | "defeated"
        | "outpaced" | "outpaces" | "outspent" | "outspends"
    )
}

/// Words before a name that say what someone is, not who.
#[rustfmt::skip] // a filled list reads better than a word a line
pub(super) fn is_title(word: &str) -> bool {
    matches!(
        word,
        "president" | "senator" | "sen" | "mr" | "mrs" | "ms" | "dr" | "prime" | "minister" | "chancellor" | "secretary" | "governor" | "gov" | "mayor" | "king" | "queen"
        | "prince" | "princess" | "sir" | "lord" | "lady" | "judge" | "justice" | "general" | "gen" | "pope" | "chief" | "professor" | "prof" | "representative" | "rep"
        | "congressman" | "congresswoman" | "councillor" | "cllr" | "ambassador" | "colonel" | "captain" | "premier" | "baroness" | "dame" | "attorney" | "home" | "foreign"
        | "health" | "housing" | "energy" | "finance" | "defence" | "defense" | "treasury" | "education" | "interior" | "vice"
    )
}

/// What several words, or one in capitals, are called in short. Longer entries first where one begins another.
#[rustfmt::skip] // a filled list reads better than a pair a line
const EXPANSIONS: &[(&str, &str)] = &[
    ("united states of america", "usa"), ("united states", "usa"), ("united kingdom", "britain"), ("great britain", "britain"), ("european union", "eu"), ("united nations", "un"),
    ("united arab emirates", "uae"), ("european central bank", "ecb"), ("international monetary fund", "imf"), ("world health organization", "who"), ("world health organisation", "who"),
    ("world trade organization", "wto"), ("world trade organisation", "wto"), ("gross domestic product", "gdp"), ("national health service", "nhs"),
    ("federal bureau of investigation", "fbi"), ("central intelligence agency", "cia"), ("north atlantic treaty organization", "nato"), ("north atlantic treaty organisation", "nato"),
    ("international atomic energy agency", "iaea"), ("bank of england", "boe"), ("federal reserve", "fed"), ("artificial intelligence", "ai"), ("greenhouse gas", "emission"),
    ("carbon dioxide", "co2"), ("climate change", "warming"), ("global warming", "warming"), ("members of parliament", "mp"), ("member of parliament", "mp"), ("chief executive", "ceo"),
    ("consumer prices", "inflation"), ("cost of living", "inflation"), ("out of work", "unemployment"), ("turned down", "reject"), ("turn down", "reject"), ("shut down", "close"), ("called off", "cancel"),
    ("stepped down", "resign"), ("step down", "resign"), ("walked out", "strike-action"), ("walk out", "strike-action"), ("went on strike", "strike-action"),
    ("go on strike", "strike-action"), ("on strike", "strike-action"), ("struck down", "overturn"), ("handed over", "deliver"), ("set up", "found"), ("wiped out", "destroy"), ("laid off", "layoff"),
    ("lay off", "layoff"), ("per capita", "per-capita"), ("per head", "per-capita"), ("wild fire", "fire"), ("put off", "delay"), ("air strike", "airstrike"), ("air strikes", "airstrike"),
    ("north korea", "north-korea"), ("north korean", "north-korea"), ("south korea", "south-korea"), ("south korean", "south-korea"), ("south africa", "south-africa"),
    ("south african", "south-africa"), ("saudi arabia", "saudi-arabia"), ("new zealand", "new-zealand"), ("sri lanka", "sri-lanka"), ("czech republic", "czechia"),
    ("northern ireland", "northern-ireland"), ("hong kong", "hong-kong"), ("new york", "new-york"), ("long term", "long-term"), ("left wing", "left-wing"), ("right wing", "right-wing"),
    ("gone up", "rise"), ("went up", "rise"), ("go up", "rise"), ("goes up", "rise"), ("going up", "rise"), ("up by", "rise"), ("is up", "rise"), ("are up", "rise"),
    ("was up", "rise"), ("were up", "rise"), ("gone down", "fall"), ("went down", "fall"), ("go down", "fall"), ("goes down", "fall"), ("going down", "fall"), ("came down", "fall"),
    ("come down", "fall"), ("down by", "fall"), ("is down", "fall"), ("are down", "fall"), ("was down", "fall"), ("were down", "fall"), ("under way", "begin"), ("took place", "hold"), ("take place", "hold"), ("in favour of", "support"), ("in favor of", "support"), ("voted for", "support"), ("vote for", "support"), ("votes for", "support"),
    ("voted against", "oppose"), ("vote against", "oppose"), ("votes against", "oppose"),
];

/// Countries and unions by their adjectives, people and abbreviations.
#[rustfmt::skip] // a filled list reads better than a country a line
const COUNTRIES: &[(&str, &str)] = &[
    ("usa", "us u.s america american americans"), ("britain", "uk u.k british briton britons"), ("england", "english"), ("scotland", "scottish scots"), ("wales", "welsh"),
    ("ireland", "irish"), ("france", "french"), ("germany", "german germans"), ("spain", "spanish spaniards"), ("italy", "italian italians"), ("portugal", "portuguese"), ("netherlands", "dutch holland"),
    ("belgium", "belgian belgians"), ("switzerland", "swiss"), ("austria", "austrian austrians"), ("poland", "polish poles"), ("czechia", "czech czechs"), ("slovakia", "slovak slovaks"),
    ("hungary", "hungarian hungarians"), ("romania", "romanian romanians"), ("bulgaria", "bulgarian"), ("greece", "greek greeks"), ("turkey", "turkish turks türkiye"), ("sweden", "swedish swedes"),
    ("norway", "norwegian norwegians"), ("denmark", "danish danes"), ("finland", "finnish finns"), ("iceland", "icelandic"), ("estonia", "estonian estonians"), ("latvia", "latvian"), ("lithuania", "lithuanian"),
    ("ukraine", "ukrainian ukrainians"), ("russia", "russian russians"), ("belarus", "belarusian"), ("georgia", "georgian georgians"), ("serbia", "serbian serbs"), ("croatia", "croatian"), ("albania", "albanian"),
    ("china", "chinese"), ("japan", "japanese"), ("india", "indian indians"), ("pakistan", "pakistani pakistanis"), ("bangladesh", "bangladeshi"), ("afghanistan", "afghan afghans"), ("iran", "iranian iranians"),
    ("iraq", "iraqi iraqis"), ("syria", "syrian syrians"), ("israel", "israeli israelis"), ("palestine", "palestinian palestinians"), ("lebanon", "lebanese"), ("jordan", "jordanian"), ("egypt", "egyptian egyptians"),
    ("libya", "libyan"), ("tunisia", "tunisian"), ("algeria", "algerian"), ("morocco", "moroccan"), ("sudan", "sudanese"), ("ethiopia", "ethiopian"), ("kenya", "kenyan kenyans"), ("nigeria", "nigerian nigerians"),
    ("ghana", "ghanaian"), ("senegal", "senegalese"), ("saudi-arabia", "saudi saudis"), ("yemen", "yemeni"), ("qatar", "qatari"), ("canada", "canadian canadians"), ("mexico", "mexican mexicans"), ("brazil", "brazilian brazilians"),
    ("argentina", "argentine argentinian"), ("chile", "chilean"), ("colombia", "colombian"), ("venezuela", "venezuelan venezuelans"), ("peru", "peruvian"), ("cuba", "cuban cubans"), ("australia", "australian australians"),
    ("new-zealand", "zealander zealanders"), ("indonesia", "indonesian"), ("philippines", "philippine filipino"), ("vietnam", "vietnamese"), ("thailand", "thai"), ("malaysia", "malaysian"), ("myanmar", "burmese burma"),
    ("taiwan", "taiwanese"), ("europe", "european europeans"), ("africa", "african africans"), ("asia", "asian"), ("cyprus", "cypriot"), ("armenia", "armenian armenians"), ("azerbaijan", "azerbaijani azerbaijanis"), ("kazakhstan", "kazakh"), ("uzbekistan", "uzbek"), ("mali", "malian malians"), ("niger", "nigerien"), ("chad", "chadian"),
    ("somalia", "somali somalis"), ("uganda", "ugandan ugandans"), ("rwanda", "rwandan rwandans"), ("congo", "congolese"), ("tanzania", "tanzanian"), ("mozambique", "mozambican"), ("zambia", "zambian"), ("zimbabwe", "zimbabwean"),
    ("angola", "angolan"), ("cameroon", "cameroonian"), ("bolivia", "bolivian"), ("ecuador", "ecuadorean ecuadorian"), ("paraguay", "paraguayan"), ("uruguay", "uruguayan"), ("haiti", "haitian haitians"), ("jamaica", "jamaican"),
    ("guatemala", "guatemalan"), ("honduras", "honduran"), ("nicaragua", "nicaraguan"), ("panama", "panamanian"), ("slovenia", "slovenian slovene"), ("bosnia", "bosnian"), ("kosovo", "kosovan"), ("moldova", "moldovan"),
    ("montenegro", "montenegrin"), ("luxembourg", "luxembourgish"), ("malta", "maltese"), ("mongolia", "mongolian"), ("cambodia", "cambodian"), ("singapore", "singaporean"), ("bahrain", "bahraini"), ("kuwait", "kuwaiti"), ("oman", "omani"), ("nepal", "nepali nepalese"),
    ("eu", "e.u"), ("un", "u.n"), ("republicans", "republican gop"), ("democrats", "democrat democratic"), ("conservatives", "conservative tory tories"), ("labour", "labor"), ("texas", "texan texans"), ("california", "californian californians"),
];

/// What the tables say of a word, found by its stem.
pub(super) struct Lexicon {
    stemmer: Stemmer,
    heads: HashMap<String, &'static str>,
    commons: HashSet<&'static str>,
    countries: HashMap<&'static str, &'static str>,
    expansions: HashMap<&'static str, Vec<(Vec<&'static str>, &'static str)>>,
    classes: HashMap<String, Vec<(u8, u8)>>,
    qualifiers: HashMap<String, u8>,
    light: HashSet<String>,
    empty: HashSet<&'static str>,
}

/// The tables, made once.
pub(super) static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::new);

impl Lexicon {
    fn new() -> Self {
        let stemmer = Stemmer::create(Algorithm::English);
        let stem = |word: &str| stemmer.stem(word).into_owned();
        let mut heads: HashMap<String, &'static str> = HashMap::new();
        for group in SYNONYMS {
            let head = group.split(' ').next().unwrap_or("");
            for word in group.split(' ') {
                heads.entry(stem(word)).or_insert(head);
            }
        }
        let head = |word: &str| heads.get(&stem(word)).map_or_else(|| stem(word), |h| (*h).to_owned());
        let mut classes: HashMap<String, Vec<(u8, u8)>> = HashMap::new();
        for (class, members) in (0..).zip(CLASSES) {
            for (member, words) in (0..).zip(members.iter()) {
                for word in words.iter() {
                    let marks = classes.entry(head(word)).or_default();
                    if !marks.contains(&(class, member)) {
                        marks.push((class, member));
                    }
                }
            }
        }
        let qualifiers = (0..).zip(QUALIFIERS).map(|(n, word)| (head(word), n)).collect();
        let light = LIGHT.iter().map(|word| head(word)).collect();
        let empty = EMPTY.iter().copied().collect();
        let countries = COUNTRIES.iter().flat_map(|(name, others)| others.split(' ').chain([*name]).map(|o| (o, *name))).collect();
        let mut expansions: HashMap<&'static str, Vec<(Vec<&'static str>, &'static str)>> = HashMap::new();
        for (long, short) in EXPANSIONS {
            let words: Vec<&str> = long.split(' ').collect();
            expansions.entry(words.first().copied().unwrap_or("")).or_default().push((words, short));
        }
        let commons = heads.values().copied().collect();
        Self { heads, commons, countries, expansions, classes, qualifiers, light, empty, stemmer }
    }

    /// The word that stands for this one and all that mean the same.
    pub(super) fn head(&self, word: &str) -> String {
        let base = IRREGULAR.iter().find(|(form, _)| *form == word).map_or(word, |(_, base)| base);
        let stem = self.stemmer.stem(base);
        self.heads.get(stem.as_ref()).map_or_else(|| stem.into_owned(), |head| (*head).to_owned())
    }

    /// Whether a word heads a group of synonyms, as common words do.
    pub(super) fn is_common(&self, head: &str) -> bool {
        self.commons.contains(head)
    }

    /// The country an adjective, people or abbreviation belongs to.
    pub(super) fn country(&self, word: &str) -> Option<&'static str> {
        self.countries.get(word).copied()
    }

    /// The short form of the words that start here, and how many they are.
    pub(super) fn short_form<'w>(&self, words: impl Iterator<Item = &'w str> + Clone) -> Option<(&'static str, usize)> {
        let candidates = self.expansions.get(words.clone().next()?)?;
        let is_here = |long: &[&str]| words.clone().take(long.len()).eq(long.iter().copied());
        candidates.iter().find(|(long, _)| is_here(long)).map(|(long, short)| (*short, long.len()))
    }

    /// The classes of a head, each with the member it is.
    pub(super) fn classes(&self, head: &str) -> &[(u8, u8)] {
        self.classes.get(head).map_or(&[], Vec::as_slice)
    }

    /// Whether two heads are the same member of a class: `sack`, `dismiss`.
    pub(super) fn are_alike(&self, a: &str, b: &str) -> bool {
        self.classes(a).iter().any(|mark| self.classes(b).contains(mark))
    }

    /// The number of a qualifier.
    pub(super) fn qualifier(&self, head: &str) -> Option<u8> {
        self.qualifiers.get(head).copied()
    }

    /// Whether a head carries little.
    pub(super) fn is_light(&self, head: &str) -> bool {
        self.light.contains(head)
    }

    /// Whether a word says nothing of what is claimed.
    pub(super) fn is_empty(&self, word: &str) -> bool {
        self.empty.contains(word)
    }
}
