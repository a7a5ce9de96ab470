//! Whether a person is spoken of as "he" or as "she", as far as forms of address and given names tell.
//!
//! This only ever rules a person out: "she" is not Tony Blair. What nothing tells stays open, and fits both.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::span::Span;

/// The pronoun a person is spoken of with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Gender {
    /// "he"
    Male,
    /// "she"
    Female,
}

const MALE_ADDRESS: [&str; 9] = ["mr", "sir", "lord", "king", "prince", "brother", "baron", "emperor", "sheikh"];
const FEMALE_ADDRESS: [&str; 11] = ["mrs", "ms", "miss", "dame", "lady", "queen", "princess", "sister", "baroness", "duchess", "empress"];

/// Forms of address that a stop may follow.
const SHORTENED: [&str; 4] = ["mr", "mrs", "ms", "dr"];
/// How many bytes before a name a form of address may begin.
const LONGEST_ADDRESS: usize = 40;

/// What the word before a name says: "Mrs Clinton".
pub(super) fn of_address(text: &str, name: Span) -> Option<Gender> {
    let from = (name.start.saturating_sub(LONGEST_ADDRESS)..name.start).find(|&at| text.is_char_boundary(at))?;
    let before = text.get(from..name.start)?;
    let word = before.trim_end().rsplit(char::is_whitespace).next()?;
    // "… met the Queen. Tony Blair …"
    let letters = word.trim_start_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let bare = letters.strip_suffix('.').filter(|word| SHORTENED.contains(word)).unwrap_or(&letters);
    let joined = before.len() - before.trim_end().len() == 1;
    joined.then(|| of_word(bare)).flatten()
}

/// What a form of address or a noun for a person says: "mrs", "spokeswoman".
pub(super) fn of_word(word: &str) -> Option<Gender> {
    if MALE_ADDRESS.contains(&word) {
        Some(Gender::Male)
    } else if FEMALE_ADDRESS.contains(&word) || word.ends_with("woman") || word == "actress" {
        Some(Gender::Female)
    } else {
        // "chairman" and its like are said of women, too.
        ["spokesman", "businessman", "sportsman", "policeman", "gunman"].contains(&word).then_some(Gender::Male)
    }
}

/// What a given name says, in English-language news. Names of both, such as "Kim", are left out.
pub(super) fn of_given_name(name: &str) -> Option<Gender> {
    static KNOWN: LazyLock<BTreeMap<&str, Gender>> = LazyLock::new(|| {
        let of = |names: &'static str, gender| names.split_whitespace().map(move |name| (name, gender));
        of(MALE, Gender::Male).chain(of(FEMALE, Gender::Female)).collect()
    });
    KNOWN.get(name.to_lowercase().as_str()).copied()
}

/// Given names of men that are frequent in English-language news.
const MALE: &str = "
    aaron abdul abdullah abraham adam adrian ahmad ahmed alan alastair albert alejandro alexander alexei alfred ali alistair allan
    allen alvaro amir anatoly andre andreas andrei andrew andy angus anthony anton antonio archie arnold arthur asif barack barry
    bashar ben benedict benjamin bernard bernie bert bill billy binyamin bob bobby boris brad bradley brendan brent brett brian bruce
    bryan carl carlo carlos cesar charles christian christopher clarence clark claude clement clive colin conor craig cristiano curtis
    damian damien dan daniel danny darren dave david dean denis dennis derek desmond diego dieter dirk dmitry dominic don donald
    douglas duncan dwight earl ed eddie edgar edmund eduardo edward edwin elliott emmanuel emmerson enrique eric erik ernest ernesto
    ethan eugene evan felipe felix ferdinand fernando fidel francesco francis francisco franco francois frank franz fred frederick
    gareth gary gavin gene geoff geoffrey george gerald gerard gerhard giles giorgio giovanni glen glenn gordon graeme graham grant
    greg gregory guillermo gustavo guy hamid hamish hank hans harold harry harvey hassan hector helmut henri henrik henry herbert
    hermann horst howard hu hubert hugh hugo hussein iain ian ibrahim igor imran isaac ismail ivan jack jacob jacques jaime jake jalal
    james jason javier jay jean-claude jean-luc jean-marie jean-pierre jeff jeffrey jens jeremy jerome jerry jesus jim jimmy joachim
    joao joe joel johan johannes john johnny jon jonas jonathan jorge jose josef joseph josh joshua juan jude julian julio jurgen
    justin karl keith kelvin ken kenneth kevin khalid klaus kofi konstantin kurt lance larry laurent lawrence leo leon leonard
    leonardo leonid leroy lewis liam lionel lloyd louis luca lucas luigi luis luke mahmoud malcolm manfred manmohan manuel marc marcel
    marco marcos marcus mario mark markus martin marvin massimo mathieu matt matteo matthew matthias maurice mauricio max maxim mervyn
    michael michel mick miguel mike mikhail milton mitch mitt mohamed mohammad mohammed muhammad mustafa nathan neil nelson neville
    niall nicholas nick nicolae nicolas nigel nikolai noel norman oleg oliver omar osama oscar otto owen pablo paddy paolo pascal
    patrick paul pavel pedro pervez pete peter phil philip philippe pierre rafael rahul rajiv ralph ramon ramzan raul ray raymond
    reginald rene ricardo richard rick ricky rob robbie robert roberto rod roger roland roman ron ronald ronan rory ross roy rudolf
    rudy rupert russell ryan saddam salvador samuel sanjay scott sean sebastian sergei sergio seth shaun shinzo silvio simon spencer
    stanley stefan stephen steve steven stewart stuart ted terence terry theo theodore thomas tim timothy toby todd tom tommy tony
    trevor ulrich vaclav victor vijay viktor vincent vladimir volodymyr wayne werner wilfried william willie winston wolfgang xavier
    yasser yuri yusuf zac zachary";

/// Given names of women that are frequent in English-language news.
const FEMALE: &str = "
    abigail adele agnes aisha alexandra alexandria alice alicia alison amanda amber amelia amy ana anastasia angela angelina anita ann
    anna anne annette annie antonia aretha arlene astrid audrey barbara beatrice becky belinda benazir bernadette beth betty bianca
    birgit bonnie brenda bridget brigitte camilla carla carmen carol carole caroline carolyn catherine cathy cecilia celia charlotte
    cherie cheryl christina christine cindy claire clara claudia colleen condoleezza cristina cynthia daisy daniela danielle daphne
    dawn debbie deborah debra delia denise diana diane dianne dolores donna dora doris dorothy edith edna edwina eileen elaine eleanor
    elena eliza elizabeth ella ellen elsa emily emma erica erika erin esther ethel eva eve faith fatima felicity fiona florence
    frances gabriela gabrielle gail gemma georgina geraldine gertrude gillian gina gladys gloria grace greta gwen gwyneth hannah
    harriet hazel heather heidi helen helena helene hillary holly ida imelda indira ingrid irene irina iris isabel isabella isabelle
    jacinda jacqueline jane janet janice jasmine jeanette jenna jennifer jenny jessica jill joan joanna joanne josephine joy joyce
    juanita judith judy julia juliana julie juliet june kamala karen karin karina kate katharine katherine kathleen kathryn kathy
    katie katrina kay kirsten kirsty kristen kristin kylie lara laura lauren laurie leah leila lena lillian lily linda lisa liz lois
    loretta lorraine louisa louise lucia lucy lydia lynda lynne mabel madeleine madonna maggie mandy marcia margaret margarita maria
    marianne marie marilyn marina marjorie marlene martha martina mary maureen mavis megan meghan melania melanie melinda melissa
    mercedes meredith michaela michelle mildred millie miranda miriam moira mollie molly mona monica muriel myra myriam nadia nadine
    nancy naomi natalia natalie natasha nicole nina nora norma olga olivia oprah pamela patricia patty paula pauline penelope penny
    petra philippa phyllis polly priscilla priti rachel rebecca regina renata renee rhona rhonda rita roberta rosa rosalind rose
    rosemary roxanne ruby ruth sabrina sadie sally samantha sandra sara sarah selina serena sharon sheila shelley sheryl shirley
    silvia sonia sophia sophie stella stephanie sue susan susanna susanne suzanne sybil sylvia tabitha tamara tania tanya tara teresa
    tessa thelma theresa tina ursula valentina valerie vanessa venus vera veronica victoria violet virginia vivien wanda wendy whitney
    winifred winnie yasmin yolanda yulia yvette yvonne zara zoe";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_given_names_tell_and_names_of_both_do_not() {
        let text = "Mrs Clinton met Sir Elton";
        assert_eq!(of_address(text, Span::new(4, 11)), Some(Gender::Female));
        assert_eq!(of_address(text, Span::new(20, 25)), Some(Gender::Male));
        assert_eq!(of_address(text, Span::new(0, 3)), None);
        assert_eq!(of_address("said a spokeswoman. Bob", Span::new(20, 23)), None);
        assert_eq!(of_address("Mrs. Lee", Span::new(5, 8)), Some(Gender::Female));
        assert_eq!(of_given_name("Hillary"), Some(Gender::Female));
        assert_eq!(of_given_name("Kim"), None);
    }

    #[test]
    fn no_name_stands_in_both_lists() {
        let both: Vec<&str> = MALE.split_whitespace().filter(|name| FEMALE.split_whitespace().any(|other| other == *name)).collect();
        assert!(both.is_empty(), "{both:?}");
    }
}
