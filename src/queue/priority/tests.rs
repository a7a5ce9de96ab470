use super::*;

fn plain(text: &str) -> Circumstances<'_> {
    Circumstances {
        check_worthiness: 0.8,
        outlets: 1,
        appearances: 1,
        age_hours: None,
        text,
        verifiability: None,
        types: &[],
        mode: Mode::Author,
        claimer: None,
        claimer_role: None,
        claimer_organisation: None,
        claimer_named_person: false,
        quoted: false,
        has_amount: false,
        subjects: &[],
        checked: None,
    }
}

#[test]
fn every_reason_is_told_and_the_weightiest_first() {
    let c = Circumstances {
        outlets: 4,
        age_hours: Some(24.0),
        claimer: Some("Ann Lee"),
        claimer_role: Some("Housing Minister"),
        claimer_named_person: true,
        quoted: true,
        has_amount: true,
        ..plain("Rents rose by 8 percent")
    };
    let weighed = Priorities::default().weigh(&c);
    let expected = ["4 outlets", "24 hours old", "quoted official", "said by Ann Lee", "contains an amount", "in their own words"];
    assert_eq!(weighed.reasons, expected);
    assert!((weighed.score - (0.8 + 0.2 + 0.1 + 0.1 + 0.05 + 0.05 + 0.03)).abs() < 1e-9, "{}", weighed.score);
    assert_eq!((weighed.topic, weighed.off), (None, None));
}

#[test]
fn more_outlets_and_fresher_is_sooner_and_checked_is_later() {
    let score = |c: Circumstances<'_>| Priorities::default().weigh(&c).score;
    let base = plain("The dam failed");
    assert!(score(Circumstances { outlets: 2, ..base }) > score(base));
    assert!(score(Circumstances { outlets: 9, ..base }) > score(Circumstances { outlets: 8, ..base }));
    assert!(score(Circumstances { age_hours: Some(1.0), ..base }) > score(Circumstances { age_hours: Some(30.0), ..base }));
    assert!(score(Circumstances { age_hours: Some(-5.0), ..base }) >= score(Circumstances { age_hours: Some(0.0), ..base }));
    let checked = Priorities::default().weigh(&Circumstances { checked: Some("False"), ..base });
    assert!(checked.score < score(base) && checked.reasons == ["already checked: False"]);
    assert_eq!(score(Circumstances { check_worthiness: f64::NAN, age_hours: Some(f64::NAN), ..base }), 0.0);
}

#[test]
fn what_nobody_can_check_is_off_until_asked_for() {
    let off = |p: &Priorities, c: &Circumstances<'_>| p.weigh(c).off;
    let default = Priorities::default();
    let all = Priorities { opinions: true, personal: true, vague_predictions: true, ..Priorities::default() };
    let base = plain("Things will get better");
    for (c, why) in [
        (Circumstances { verifiability: Some(Verifiability::Opinion), ..base }, "opinion"),
        (Circumstances { types: &[ClaimType::Personal], ..base }, "personal experience"),
        (Circumstances { types: &[ClaimType::Prediction], ..base }, "vague prediction"),
    ] {
        assert_eq!(off(&default, &c).as_deref(), Some(why));
        assert_eq!(off(&all, &c), None);
    }
    assert_eq!(off(&default, &Circumstances { types: &[ClaimType::Prediction], has_amount: true, ..base }), None);
    assert_eq!(off(&default, &Circumstances { types: &[ClaimType::Prediction], ..plain("It ends in 2027") }), None);
    assert_eq!(off(&default, &Circumstances { types: &[ClaimType::Personal, ClaimType::Quantity], ..base }), None);
    assert_eq!(off(&default, &base), None);
}

#[test]
fn speakers_are_allowed_denied_and_boosted() {
    let toml = "allow = [{ organisation = \"Ministry of Health\" }, { role = \"minister\" }]\ndeny = [{ name = \"bob ray\" }]\nboost = [{ name = \"Ann Lee\", weight = 0.5 }, { role = \"junior\", weight = -0.1 }]\n";
    let rules: Priorities = toml::from_str(toml).unwrap();
    rules.validate().unwrap();
    let base = plain("The dam failed");
    let lee = Circumstances { claimer: Some("Ann Lee"), claimer_role: Some("junior minister"), claimer_named_person: true, ..base };
    let weighed = rules.weigh(&lee);
    assert_eq!(weighed.off, None);
    assert_eq!(weighed.reasons, ["Ann Lee counts more", "official", "junior counts less", "said by Ann Lee"]);
    let ray = Circumstances { claimer: Some("Bob Ray"), claimer_role: Some("minister"), ..base };
    assert_eq!(rules.weigh(&ray).off.as_deref(), Some("denied speaker: bob ray"));
    assert_eq!(rules.weigh(&base).off.as_deref(), Some("speaker is not on the list of those allowed"));
    let ministry = Circumstances { claimer: Some("ministry of health"), ..base };
    assert_eq!(rules.weigh(&ministry).off, None);
}

#[test]
fn topics_are_told_by_codes_first_then_by_words() {
    let default = Priorities::default();
    let topic = |c: &Circumstances<'_>| default.weigh(c).topic;
    assert_eq!(topic(&plain("Vaccination saved lives")).as_deref(), Some("health"));
    assert_eq!(topic(&plain("The interest rates rose")).as_deref(), Some("economy"));
    assert_eq!(topic(&plain("He laughed")), None);
    let codes = ["medtop:15000000".to_owned()];
    assert_eq!(topic(&Circumstances { subjects: &codes, ..plain("Vaccination saved lives") }).as_deref(), Some("sport"));
}

#[test]
fn harm_words_count_once_and_are_shown() {
    let weighed = Priorities::default().weigh(&plain("The vaccine is poisonous, they said of the vaccine"));
    assert_eq!(weighed.reasons, ["may do harm (\"vaccine\")"]);
    assert!(Priorities::default().weigh(&plain("Secure jobs")).reasons.is_empty(), "cure* begins a word");
}

#[test]
fn what_cannot_be_used_is_named_with_its_place() {
    for (toml, error) in [
        ("outlets = -1.0", "[queue] outlets: found -1, expected a number from 0 to 10"),
        ("freshness = nan", "[queue] freshness: found NaN"),
        ("half_life_hours = 0.0", "[queue] half_life_hours: found 0, expected a number from 0.01 to 87600"),
        ("deny = [{ name = \"X\" }, {}]", "[queue] deny, entry 2: found no words, expected a name, role or organisation"),
        ("boost = [{ role = \"?\", weight = 1.0 }]", "[queue] boost, entry 1: found no words"),
        ("topics = [{ name = \"x\" }]", "[queue] topics, entry 1: found no words, expected subjects or words"),
        ("topics = [{ words = [\"x\"] }]", "[queue] topics, entry 1: found no name, expected a name"),
    ] {
        let found = toml::from_str::<Priorities>(toml).unwrap().validate().unwrap_err().to_string();
        assert!(found.contains(error), "{found}\ndoes not say\n{error}");
    }
    assert!(toml::from_str::<Priorities>("outlet = 1.0").unwrap_err().to_string().contains("unknown field `outlet`"));
    assert_eq!(Priorities::default().validate(), Ok(()));
}
