//! Money, percentages, quantities, counts and ordinals.

use super::{Row, check, failure, published};

#[test]
fn money() {
    check(&[
        ("It cost [$5].", "MONEY", r#"{"amount":5,"currency":"USD"}"#),
        ("Revenue hit [$1.2 billion].", "MONEY", r#"{"amount":1.2e9,"currency":"USD"}"#),
        ("Profits of [$1.13bn] were posted.", "MONEY", r#"{"amount":1130000000,"currency":"USD"}"#),
        ("a [£600m] bid", "MONEY", r#"{"amount":6e8,"currency":"GBP"}"#),
        ("worth [£2.5 million] to them", "MONEY", r#"{"amount":2.5e6,"currency":"GBP"}"#),
        ("fined [€4.3bn] by Brussels", "MONEY", r#"{"amount":4.3e9,"currency":"EUR"}"#),
        ("a loan of [¥500bn]", "MONEY", r#"{"amount":5e11,"currency":"JPY"}"#),
        ("a fare of [₹50]", "MONEY", r#"{"amount":50,"currency":"INR"}"#),
        ("a budget of [US$5m]", "MONEY", r#"{"amount":5e6,"currency":"USD"}"#),
        ("for [A$1.5 billion] in cash", "MONEY", r#"{"amount":1.5e9,"currency":"AUD"}"#),
        ("for [C$300,000] in cash", "MONEY", r#"{"amount":300000,"currency":"CAD"}"#),
        ("for [HK$2.40] each", "MONEY", r#"{"amount":2.4,"currency":"HKD"}"#),
        ("for [NZ$10m] each", "MONEY", r#"{"amount":1e7,"currency":"NZD"}"#),
        ("for [R$3 billion] in bribes", "MONEY", r#"{"amount":3e9,"currency":"BRL"}"#),
        ("a [$5-million] prize", "MONEY", r#"{"amount":5e6,"currency":"USD"}"#),
        ("a [$1tn] plan", "MONEY", r#"{"amount":1e12,"currency":"USD"}"#),
        ("a [$1.9 trillion] plan", "MONEY", r#"{"amount":1.9e12,"currency":"USD"}"#),
        ("a saving of [£22 billions]", "MONEY", r#"{"amount":2.2e10,"currency":"GBP"}"#),
        ("a salary of [£30k]", "MONEY", r#"{"amount":30000,"currency":"GBP"}"#),
        ("a fund of [$5b]", "MONEY", r#"{"amount":5e9,"currency":"USD"}"#),
        ("a fund of [$50 mn]", "MONEY", r#"{"amount":5e7,"currency":"USD"}"#),
        ("a deal of [EUR 5m]", "MONEY", r#"{"amount":5e6,"currency":"EUR"}"#),
        ("a deal of [USD300 million]", "MONEY", r#"{"amount":3e8,"currency":"USD"}"#),
        ("a deal of [5m EUR]", "MONEY", r#"{"amount":5e6,"currency":"EUR"}"#),
        ("a deal of [5€] each", "MONEY", r#"{"amount":5,"currency":"EUR"}"#),
        ("a fine of [5 million euros]", "MONEY", r#"{"amount":5e6,"currency":"EUR"}"#),
        ("a fine of [12bn yuan]", "MONEY", r#"{"amount":1.2e10,"currency":"CNY"}"#),
        ("a fine of [5m euros]", "MONEY", r#"{"amount":5e6,"currency":"EUR"}"#),
        ("a fine of [50 billion won]", "MONEY", r#"{"amount":5e10,"currency":"KRW"}"#),
        ("a fine of [100 Canadian dollars]", "MONEY", r#"{"amount":100,"currency":"CAD"}"#),
        ("a fine of [20 Hong Kong dollars]", "MONEY", r#"{"amount":20,"currency":"HKD"}"#),
        ("a fine of [two million Swiss francs]", "MONEY", r#"{"amount":2e6,"currency":"CHF"}"#),
        ("a fine of [300 Swedish kronor]", "MONEY", r#"{"amount":300,"currency":"SEK"}"#),
        ("a fine of [500 roubles]", "MONEY", r#"{"amount":500,"currency":"RUB"}"#),
        ("a fine of [100,000 Indian rupees]", "MONEY", r#"{"amount":100000,"currency":"INR"}"#),
        // Whose rupees, pesos, kroner or cents these are, only the story may say
        ("revenue of [Rs 1,200 crore]", "MONEY", r#"{"amount":1.2e10,"unit":"rupee"}"#),
        ("revenue of [1.2 lakh crore rupees]", "MONEY", r#"{"amount":1.2e12,"unit":"rupee"}"#),
        ("a fine of [100,000 rupees]", "MONEY", r#"{"amount":100000,"unit":"rupee"}"#),
        ("a fine of [Rs 500]", "MONEY", r#"{"amount":500,"unit":"rupee"}"#),
        ("a fine of [40 pesos]", "MONEY", r#"{"amount":40,"unit":"peso"}"#),
        ("a fine of [kr 200]", "MONEY", r#"{"amount":200,"unit":"kr"}"#),
        ("a fine of [200 kr] or so", "MONEY", r#"{"amount":200,"unit":"kr","bound":"about"}"#),
        ("earnings of [39 cents] a share", "MONEY", r#"{"amount":39,"unit":"cent"}"#),
        ("rose to [50 US cents]", "MONEY", r#"{"amount":0.5,"currency":"USD"}"#),
        ("a [50p] coin", "MONEY", r#"{"amount":0.5,"currency":"GBP"}"#),
        ("up [5.5p] at the close", "MONEY", r#"{"amount":0.055,"currency":"GBP"}"#),
        ("closed [12 pence] higher", "MONEY", r#"{"amount":0.12,"currency":"GBP"}"#),
        ("some [five million pounds] more", "MONEY", r#"{"amount":5e6,"currency":"GBP","bound":"about"}"#),
        ("owed [50 pounds sterling]", "MONEY", r#"{"amount":50,"currency":"GBP"}"#),
        ("won [a million dollars]", "MONEY", r#"{"amount":1e6,"currency":"USD"}"#),
        ("won [half a million pounds]", "MONEY", r#"{"amount":5e5,"currency":"GBP"}"#),
        ("cost [two and a half million dollars]", "MONEY", r#"{"amount":2.5e6,"currency":"USD"}"#),
        ("lost [hundreds of millions of dollars]", "MONEY", "null"),
        ("worth [several million pounds]", "MONEY", "null"),
        ("a [20-euro] note", "MONEY", r#"{"amount":20,"currency":"EUR"}"#),
        ("cost [20 quid]", "MONEY", r#"{"amount":20,"currency":"GBP"}"#),
        ("a loss of [-$5m]", "MONEY", r#"{"amount":-5e6,"currency":"USD"}"#),
        ("a [£5m]-a-year deal", "MONEY", r#"{"amount":5e6,"currency":"GBP"}"#),
        ("more than [$200m] was lost", "MONEY", r#"{"amount":2e8,"currency":"USD","bound":"above"}"#),
        ("at least [£1bn] was lost", "MONEY", r#"{"amount":1e9,"currency":"GBP","bound":"min"}"#),
        ("[£10-15m] was lost", "MONEY", r#"{"min":1e7,"max":1.5e7,"currency":"GBP"}"#),
        ("[$5 million to $10 million] was lost", "MONEY", r#"{"min":5e6,"max":1e7,"currency":"USD"}"#),
        ("[between £5m and £10m] was lost", "MONEY", r#"{"min":5e6,"max":1e7,"currency":"GBP"}"#),
        // Five dollars or five million
        ("[between $5 and $10 million] was lost", "MONEY", "null"),
        ("That pushed the dollar up to [$1.32].", "MONEY", "null"),
        ("fines of [£10-15,000]", "MONEY", "null"),
    ]);
}

#[test]
fn percentages() {
    check(&[
        ("Sales rose [5.2%].", "PERCENT", r#"{"amount":5.2,"unit":"percent"}"#),
        ("Sales rose [.5%].", "PERCENT", r#"{"amount":0.5,"unit":"percent"}"#),
        ("Sales rose [5 per cent].", "PERCENT", r#"{"amount":5,"unit":"percent"}"#),
        ("Sales rose [five percent].", "PERCENT", r#"{"amount":5,"unit":"percent"}"#),
        ("Sales rose [12pc].", "PERCENT", r#"{"amount":12,"unit":"percent"}"#),
        ("Sales rose [twenty-five per cent].", "PERCENT", r#"{"amount":25,"unit":"percent"}"#),
        ("Sales rose [two and a half percent].", "PERCENT", r#"{"amount":2.5,"unit":"percent"}"#),
        ("Sales rose [2½%].", "PERCENT", r#"{"amount":2.5,"unit":"percent"}"#),
        ("a change of [-0.3%]", "PERCENT", r#"{"amount":-0.3,"unit":"percent"}"#),
        ("a change of [−2%]", "PERCENT", r#"{"amount":-2,"unit":"percent"}"#),
        ("a lead of [three percentage points]", "PERCENT", r#"{"amount":3,"unit":"percentage point"}"#),
        ("a rise of [half a percentage point]", "PERCENT", r#"{"amount":0.5,"unit":"percentage point"}"#),
        ("a rise of [a quarter of a percentage point]", "PERCENT", r#"{"amount":0.25,"unit":"percentage point"}"#),
        ("a cut of [25 basis points]", "PERCENT", r#"{"amount":25,"unit":"basis point"}"#),
        ("a [25-basis-point] cut", "PERCENT", r#"{"amount":25,"unit":"basis point"}"#),
        ("a [10-percent] cut", "PERCENT", r#"{"amount":10,"unit":"percent"}"#),
        ("a cut of [10-15%]", "PERCENT", r#"{"min":10,"max":15,"unit":"percent"}"#),
        ("a cut of [10%–15%]", "PERCENT", r#"{"min":10,"max":15,"unit":"percent"}"#),
        ("growth of [2% to 3%]", "PERCENT", r#"{"min":2,"max":3,"unit":"percent"}"#),
        ("growth of [2 to 3 percent]", "PERCENT", r#"{"min":2,"max":3,"unit":"percent"}"#),
        ("growth of [between 2 and 2.5 per cent]", "PERCENT", r#"{"min":2,"max":2.5,"unit":"percent"}"#),
        ("rates ranging from [2% to 3%]", "PERCENT", r#"{"min":2,"max":3,"unit":"percent"}"#),
        ("Inflation rose from [2 to 3%].", "PERCENT", "null"),
        ("almost [90%] of them", "PERCENT", r#"{"amount":90,"unit":"percent","bound":"about"}"#),
        ("up to [90%] of them", "PERCENT", r#"{"amount":90,"unit":"percent","bound":"max"}"#),
        ("fewer than [one percent] of them", "PERCENT", r#"{"amount":1,"unit":"percent","bound":"below"}"#),
        ("Fully [100%] of them", "PERCENT", r#"{"amount":100,"unit":"percent"}"#),
        ("a stake of 3.1m, or ([5%])", "PERCENT", r#"{"amount":5,"unit":"percent"}"#),
    ]);
}

#[test]
fn quantities() {
    check(&[
        ("It is [40 km] away.", "QUANTITY", r#"{"amount":40,"unit":"km"}"#),
        ("It is [40km] away.", "QUANTITY", r#"{"amount":40,"unit":"km"}"#),
        ("It is [3.5 miles] away.", "QUANTITY", r#"{"amount":3.5,"unit":"mile"}"#),
        ("a [10-mile] run", "QUANTITY", r#"{"amount":10,"unit":"mile"}"#),
        ("a [six-foot] wall", "QUANTITY", r#"{"amount":6,"unit":"foot"}"#),
        ("[20,000 tonnes] of oil", "QUANTITY", r#"{"amount":20000,"unit":"tonne"}"#),
        ("[2.5 million barrels a day] of oil", "QUANTITY", r#"{"amount":2.5e6,"unit":"barrel/day"}"#),
        ("[1.2m barrels per day] of oil", "QUANTITY", r#"{"amount":1.2e6,"unit":"barrel/day"}"#),
        ("[half a mile] of road", "QUANTITY", r#"{"amount":0.5,"unit":"mile"}"#),
        ("[10kg] of cocaine", "QUANTITY", r#"{"amount":10,"unit":"kg"}"#),
        ("[50g] of sugar", "QUANTITY", r#"{"amount":50,"unit":"g"}"#),
        ("at [60mph] on the road", "QUANTITY", r#"{"amount":60,"unit":"mph"}"#),
        ("at [60 miles an hour] on the road", "QUANTITY", r#"{"amount":60,"unit":"mph"}"#),
        ("at [100 km/h] on the road", "QUANTITY", r#"{"amount":100,"unit":"km/h"}"#),
        ("at [100 kilometres per hour] on the road", "QUANTITY", r#"{"amount":100,"unit":"km/h"}"#),
        ("at [30 degrees Celsius] in the shade", "QUANTITY", r#"{"amount":30,"unit":"°C"}"#),
        ("at [30C] in the shade", "QUANTITY", r#"{"amount":30,"unit":"°C"}"#),
        ("at [-5C] in the shade", "QUANTITY", r#"{"amount":-5,"unit":"°C"}"#),
        ("at [86°F] in the shade", "QUANTITY", r#"{"amount":86,"unit":"°F"}"#),
        ("turned [180 degrees] round", "QUANTITY", r#"{"amount":180,"unit":"degree"}"#),
        ("over [300 square miles] of forest", "QUANTITY", r#"{"amount":300,"unit":"square mile","bound":"above"}"#),
        ("[12 sq km] of forest", "QUANTITY", r#"{"amount":12,"unit":"square km"}"#),
        ("[500 cubic metres] of water", "QUANTITY", r#"{"amount":500,"unit":"cubic m"}"#),
        ("[20,000 hectares] of forest", "QUANTITY", r#"{"amount":20000,"unit":"hectare"}"#),
        ("an [80-acre] farm", "QUANTITY", r#"{"amount":80,"unit":"acre"}"#),
        ("a [300-megawatt] plant", "QUANTITY", r#"{"amount":300,"unit":"MW"}"#),
        ("a [300MW] plant", "QUANTITY", r#"{"amount":300,"unit":"MW"}"#),
        ("[two litres] of water", "QUANTITY", r#"{"amount":2,"unit":"litre"}"#),
        ("[1,500 feet] up", "QUANTITY", r#"{"amount":1500,"unit":"foot"}"#),
        ("He is [6ft 2in] tall.", "QUANTITY", r#"{"amount":74,"unit":"inch"}"#),
        ("He is [six feet two inches] tall.", "QUANTITY", r#"{"amount":74,"unit":"inch"}"#),
        ("He is [three stone] heavier.", "QUANTITY", r#"{"amount":3,"unit":"stone"}"#),
        ("He weighs [11st 4lb] now.", "QUANTITY", r#"{"amount":158,"unit":"lb"}"#),
        ("a [15in] screen", "QUANTITY", r#"{"amount":15,"unit":"inch"}"#),
        ("a drive of [80GB] or more", "QUANTITY", r#"{"amount":80,"unit":"GB","bound":"min"}"#),
        ("a [512-kilobit] service", "QUANTITY", r#"{"amount":512,"unit":"kbit"}"#),
        ("a [500-square-foot] flat", "QUANTITY", r#"{"amount":500,"unit":"square foot"}"#),
        ("It sank [3,800m] deep.", "QUANTITY", r#"{"amount":3800,"unit":"m"}"#),
        ("[10-15 km] away", "QUANTITY", r#"{"min":10,"max":15,"unit":"km"}"#),
        ("about [10 to 15 miles] away", "QUANTITY", r#"{"min":10,"max":15,"unit":"mile","bound":"about"}"#),
        ("[thousands of miles] away", "QUANTITY", "null"),
        ("[three quarters of a mile] away", "QUANTITY", r#"{"amount":0.75,"unit":"mile"}"#),
        ("a wall [10m] high of sand", "QUANTITY", r#"{"amount":10,"unit":"m"}"#),
        ("[100 nautical miles] off", "QUANTITY", r#"{"amount":100,"unit":"nautical mile"}"#),
    ]);
}

#[test]
fn counts() {
    check(&[
        ("It killed [12] people.", "CARDINAL", r#"{"amount":12}"#),
        ("It killed [12,500] people.", "CARDINAL", r#"{"amount":12500}"#),
        ("They killed [twenty-five] people.", "CARDINAL", r#"{"amount":25}"#),
        ("It killed [one hundred and twelve] people.", "CARDINAL", r#"{"amount":112}"#),
        ("It has [3.1 million] users.", "CARDINAL", r#"{"amount":3.1e6}"#),
        ("It has [3.1m] users now.", "CARDINAL", r#"{"amount":3.1e6}"#),
        ("It has [12bn] parts.", "CARDINAL", r#"{"amount":1.2e10}"#),
        ("It has [two hundred thousand] parts.", "CARDINAL", r#"{"amount":200000}"#),
        ("It has [two million three hundred thousand and five] parts.", "CARDINAL", r#"{"amount":2300005}"#),
        ("It has [twelve hundred] parts.", "CARDINAL", r#"{"amount":1200}"#),
        ("It has [a hundred and twenty] parts.", "CARDINAL", r#"{"amount":120}"#),
        ("It has [one thousand and five] parts.", "CARDINAL", r#"{"amount":1005}"#),
        ("It has [a million] parts.", "CARDINAL", r#"{"amount":1000000}"#),
        ("It has [half a million] parts.", "CARDINAL", r#"{"amount":500000}"#),
        ("It has [two and a half million] parts.", "CARDINAL", r#"{"amount":2500000}"#),
        ("It has [a dozen] parts.", "CARDINAL", r#"{"amount":12}"#),
        ("It has [half a dozen] parts.", "CARDINAL", r#"{"amount":6}"#),
        ("It has [two dozen] parts.", "CARDINAL", r#"{"amount":24}"#),
        ("It has [dozens] of parts.", "CARDINAL", "null"),
        ("It has [hundreds of thousands] of parts.", "CARDINAL", "null"),
        ("It has [several hundred] parts.", "CARDINAL", "null"),
        ("Only a [few thousand] came.", "CARDINAL", "null"),
        ("[Seven] people were hurt.", "CARDINAL", r#"{"amount":7}"#),
        ("More than [200] people came.", "CARDINAL", r#"{"amount":200,"bound":"above"}"#),
        ("No more than [200] people came.", "CARDINAL", r#"{"amount":200,"bound":"max"}"#),
        ("Fewer than [200] people came.", "CARDINAL", r#"{"amount":200,"bound":"below"}"#),
        ("No fewer than [200] people came.", "CARDINAL", r#"{"amount":200,"bound":"min"}"#),
        ("At least [two] people came.", "CARDINAL", r#"{"amount":2,"bound":"min"}"#),
        ("Up to [300] people came.", "CARDINAL", r#"{"amount":300,"bound":"max"}"#),
        ("As many as [300] people came.", "CARDINAL", r#"{"amount":300,"bound":"max"}"#),
        ("At most [300] people came.", "CARDINAL", r#"{"amount":300,"bound":"max"}"#),
        ("Nearly [300] people came.", "CARDINAL", r#"{"amount":300,"bound":"about"}"#),
        ("Some [300] people came.", "CARDINAL", r#"{"amount":300,"bound":"about"}"#),
        ("Roughly [300] people came.", "CARDINAL", r#"{"amount":300,"bound":"about"}"#),
        ("Over [300] people came.", "CARDINAL", r#"{"amount":300,"bound":"above"}"#),
        ("Under [300] people came.", "CARDINAL", r#"{"amount":300,"bound":"below"}"#),
        ("In excess of [300] people came.", "CARDINAL", r#"{"amount":300,"bound":"above"}"#),
        ("[300] or more people came.", "CARDINAL", r#"{"amount":300,"bound":"min"}"#),
        ("[300]-odd people came.", "CARDINAL", r#"{"amount":300,"bound":"about"}"#),
        ("[300]+ people came.", "CARDINAL", r#"{"amount":300,"bound":"min"}"#),
        ("They won over [two] legs.", "CARDINAL", "null"),
        ("At least [one] soldier died.", "CARDINAL", r#"{"amount":1,"bound":"min"}"#),
        ("more than [2000]", "CARDINAL", r#"{"amount":2000,"bound":"above"}"#),
        ("A crowd of [2000] people came.", "CARDINAL", r#"{"amount":2000}"#),
        ("[10-15] people came.", "CARDINAL", r#"{"min":10,"max":15}"#),
        ("[10 to 15] guests came.", "CARDINAL", r#"{"min":10,"max":15}"#),
        ("[between 10 and 15] guests came.", "CARDINAL", r#"{"min":10,"max":15}"#),
        ("[10 to 15 million] came.", "CARDINAL", r#"{"min":1e7,"max":1.5e7}"#),
        ("[two or three] guests came.", "CARDINAL", r#"{"min":2,"max":3}"#),
        ("[one or two] guests came.", "CARDINAL", r#"{"min":1,"max":2}"#),
        ("[12345678901234567890123] guests came.", "CARDINAL", "null"),
    ]);
}

#[test]
fn fractions() {
    check(&[
        ("[A third] of them left.", "CARDINAL", r#"{"amount":0.3333333333333333}"#),
        ("It fell by [a third] in value.", "CARDINAL", r#"{"amount":0.3333333333333333}"#),
        ("[Two-thirds] of them left.", "CARDINAL", r#"{"amount":0.6666666666666666}"#),
        ("[Three quarters] of them left.", "CARDINAL", r#"{"amount":0.75}"#),
        ("It accounts for [two thirds] of them.", "CARDINAL", r#"{"amount":0.6666666666666666}"#),
        ("Now [a third] of them left.", "CARDINAL", r#"{"amount":0.3333333333333333}"#),
        ("just under [a third] said no", "CARDINAL", r#"{"amount":0.3333333333333333,"bound":"below"}"#),
        ("the claim that [a third] of them left", "CARDINAL", r#"{"amount":0.3333333333333333}"#),
        ("[Three-fifths] of them left.", "CARDINAL", r#"{"amount":0.6}"#),
        ("About [a quarter] of them left.", "CARDINAL", r#"{"amount":0.25,"bound":"about"}"#),
        ("[One in five] pupils left.", "CARDINAL", r#"{"amount":0.2}"#),
        ("[one-in-five] pupils left.", "CARDINAL", r#"{"amount":0.2}"#),
        ("[Nine out of ten] pupils left.", "CARDINAL", r#"{"amount":0.9}"#),
        ("[Nine out of 10] pupils left.", "CARDINAL", r#"{"amount":0.9}"#),
        ("[1 in 100] pupils left.", "CARDINAL", r#"{"amount":0.01}"#),
        ("More than [half] of them left.", "CARDINAL", r#"{"amount":0.5,"bound":"above"}"#),
        ("[Half] the pupils left.", "CARDINAL", r#"{"amount":0.5}"#),
        ("[a quarter of a million] left.", "CARDINAL", r#"{"amount":250000}"#),
    ]);
}

#[test]
fn ordinals() {
    check(&[
        ("her [third] goal", "ORDINAL", r#"{"ordinal":3}"#),
        ("the [21st] goal", "ORDINAL", r#"{"ordinal":21}"#),
        ("the [twenty-first] goal", "ORDINAL", r#"{"ordinal":21}"#),
        ("his [100th] Test cap", "ORDINAL", r#"{"ordinal":100}"#),
        ("the [second]-largest bank", "ORDINAL", r#"{"ordinal":2}"#),
        ("for the [first] time", "ORDINAL", r#"{"ordinal":1}"#),
        ("a [third] man was held", "ORDINAL", r#"{"ordinal":3}"#),
        ("[First] prize went to her.", "ORDINAL", r#"{"ordinal":1}"#),
        ("a [second] referendum", "ORDINAL", r#"{"ordinal":2}"#),
        ("in the [65th] minute", "ORDINAL", r#"{"ordinal":65}"#),
        ("the [first] woman to do so", "ORDINAL", r#"{"ordinal":1}"#),
        ("the [1,000th] number one", "ORDINAL", r#"{"ordinal":1000}"#),
        ("The [50th] annual contest", "ORDINAL", r#"{"ordinal":50}"#),
        ("the [12th] man", "ORDINAL", r#"{"ordinal":12}"#),
    ]);
}

#[test]
fn several_in_one_sentence() {
    let rows: &[(&str, &[(&str, &str)])] = &[
        (
            "Profits jumped [76%] to [$1.13bn] ([£600m]) for the [three months to December], from [$639m].",
            &[
                ("PERCENT", r#"{"amount":76,"unit":"percent"}"#),
                ("MONEY", r#"{"amount":1.13e9,"currency":"USD"}"#),
                ("MONEY", r#"{"amount":6e8,"currency":"GBP"}"#),
                ("DATE", "null"),
                ("MONEY", r#"{"amount":6.39e8,"currency":"USD"}"#),
            ],
        ),
        ("The total fell [11,000] to [813,200].", &[("CARDINAL", r#"{"amount":11000}"#), ("CARDINAL", r#"{"amount":813200}"#)]),
        (
            "Crude was up in London, [$1.89] to [$48.62].",
            &[("MONEY", r#"{"amount":1.89,"currency":"USD"}"#), ("MONEY", r#"{"amount":48.62,"currency":"USD"}"#)],
        ),
        (
            "It grew in [2005] to [5.5 million tonnes].",
            &[("DATE", r#"{"date":"2005"}"#), ("QUANTITY", r#"{"amount":5.5e6,"unit":"tonne"}"#)],
        ),
        (
            "Its rate was cut from [5%] to [3%].",
            &[("PERCENT", r#"{"amount":5,"unit":"percent"}"#), ("PERCENT", r#"{"amount":3,"unit":"percent"}"#)],
        ),
        (
            "The rate rose [2%] to [7%].",
            &[("PERCENT", r#"{"amount":2,"unit":"percent"}"#), ("PERCENT", r#"{"amount":7,"unit":"percent"}"#)],
        ),
        ("It floats in either [2006] or [2007].", &[("DATE", r#"{"date":"2006"}"#), ("DATE", r#"{"date":"2007"}"#)]),
        ("It pushed its target back from [2005] to [2006].", &[("DATE", r#"{"date":"2005"}"#), ("DATE", r#"{"date":"2006"}"#)]),
        (
            "The game was brought forward from [2115 GMT] to [1945 GMT].",
            &[("TIME", r#"{"time":"21:15","zone":"GMT"}"#), ("TIME", r#"{"time":"19:45","zone":"GMT"}"#)],
        ),
        ("the [first] [two] goals", &[("ORDINAL", r#"{"ordinal":1}"#), ("CARDINAL", r#"{"amount":2}"#)]),
        (
            "Wayne Rooney, [19], scored [two] goals in [12 minutes].",
            &[("DATE", r#"{"amount":19,"unit":"year"}"#), ("CARDINAL", r#"{"amount":2}"#), ("TIME", r#"{"amount":12,"unit":"minute"}"#)],
        ),
        ("It gave [$5 million] to [two] charities.", &[("MONEY", r#"{"amount":5e6,"currency":"USD"}"#), ("CARDINAL", r#"{"amount":2}"#)]),
        (
            "In [June 2018] about [50,000] people, [two-thirds] of them women, left.",
            &[
                ("DATE", r#"{"date":"2018-06"}"#),
                ("CARDINAL", r#"{"amount":50000,"bound":"about"}"#),
                ("CARDINAL", r#"{"amount":0.6666666666666666}"#),
            ],
        ),
        ("It opens at [9am] on [12 June 2018].", &[("TIME", r#"{"time":"09:00"}"#), ("DATE", r#"{"date":"2018-06-12"}"#)]),
    ];
    let failures: Vec<String> = rows.iter().filter_map(|(marked, expected)| failure(marked, expected, published())).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// A row of each table, so that a table that is not checked is seen.
#[test]
#[should_panic(expected = "1 of 1 rows")]
fn a_wrong_row_fails() {
    let wrong: Row = ("It cost [$5].", "MONEY", r#"{"amount":6,"currency":"USD"}"#);
    check(&[wrong]);
}
