//! Dates, times and lengths of time, in news of Tuesday 12 June 2018.

use super::{Row, check, check_published};

#[test]
fn calendar_dates() {
    check(&[
        ("They met on [12 June 2018].", "DATE", r#"{"date":"2018-06-12"}"#),
        ("They met on [June 12, 2018], in Singapore.", "DATE", r#"{"date":"2018-06-12"}"#),
        ("They met on the [12th of June 2018].", "DATE", r#"{"date":"2018-06-12"}"#),
        ("They met on [12th June, 2018].", "DATE", r#"{"date":"2018-06-12"}"#),
        ("They met on [Tuesday, June 12, 2018].", "DATE", r#"{"date":"2018-06-12"}"#),
        ("They met on [Tuesday 12 June 2018].", "DATE", r#"{"date":"2018-06-12"}"#),
        ("They met on [Tues. 12 June 2018].", "DATE", r#"{"date":"2018-06-12"}"#),
        // The 12th was a Tuesday: one of the two is wrong
        ("They met on [Monday 12 June 2018].", "DATE", "null"),
        ("They met on [2018-02-28].", "DATE", r#"{"date":"2018-02-28"}"#),
        ("They met on [June 12].", "DATE", "null"),
        ("They met on [12 June].", "DATE", "null"),
        ("the [Sept. 11] attacks", "DATE", "null"),
        ("They met on [Sept. 11, 2001].", "DATE", r#"{"date":"2001-09-11"}"#),
        ("They met on [Jan 3 2019].", "DATE", r#"{"date":"2019-01-03"}"#),
        ("They met on [2018-06-12].", "DATE", r#"{"date":"2018-06-12"}"#),
        ("They met on [25/06/2018].", "DATE", r#"{"date":"2018-06-25"}"#),
        ("They met on [06/25/2018].", "DATE", r#"{"date":"2018-06-25"}"#),
        ("They met on [05/05/2018].", "DATE", r#"{"date":"2018-05-05"}"#),
        ("They met on [12/06/2018].", "DATE", "null"),
        ("They met on [25.06.2018].", "DATE", r#"{"date":"2018-06-25"}"#),
        ("They met in [June 2018].", "DATE", r#"{"date":"2018-06"}"#),
        ("They met in [June, 2018].", "DATE", r#"{"date":"2018-06"}"#),
        ("They met in [May 2018].", "DATE", r#"{"date":"2018-05"}"#),
        ("They met in [Dec. 2018].", "DATE", r#"{"date":"2018-12"}"#),
        ("They met in [June].", "DATE", "null"),
        ("They met in [May].", "DATE", "null"),
        ("They met in [March].", "DATE", "null"),
        ("the [July] bombings", "DATE", "null"),
        ("the [first of June] was fine", "DATE", "null"),
    ]);
}

#[test]
fn spans_of_days_and_months() {
    check(&[
        ("They met on [12-15 June 2018].", "DATE", r#"{"from":"2018-06-12","to":"2018-06-15"}"#),
        ("They met from [12 to 15 June 2018].", "DATE", r#"{"from":"2018-06-12","to":"2018-06-15"}"#),
        ("They met on [June 12-15, 2018].", "DATE", r#"{"from":"2018-06-12","to":"2018-06-15"}"#),
        ("They met from [12 June to 15 July 2018].", "DATE", r#"{"from":"2018-06-12","to":"2018-07-15"}"#),
        ("They met from [30 December 2017 to 2 January 2018].", "DATE", r#"{"from":"2017-12-30","to":"2018-01-02"}"#),
        // Which December, the span does not say
        ("They met from [30 December to 2 January 2018].", "DATE", "null"),
        ("They met from [January to March 2018].", "DATE", r#"{"from":"2018-01","to":"2018-03"}"#),
        ("the [January-March 2018] period", "DATE", r#"{"from":"2018-01","to":"2018-03"}"#),
        ("They met [between January and March 2018].", "DATE", r#"{"from":"2018-01","to":"2018-03"}"#),
        ("They met [between 12 and 15 June 2018].", "DATE", r#"{"from":"2018-06-12","to":"2018-06-15"}"#),
        ("They met from [May to July].", "DATE", "null"),
        ("They met on [June 12-15].", "DATE", "null"),
        ("They met on [12 and 13 June].", "DATE", "null"),
    ]);
}

#[test]
fn years() {
    check(&[
        ("He left in [2018].", "DATE", r#"{"date":"2018"}"#),
        ("the [2004] election", "DATE", r#"{"date":"2004"}"#),
        ("He was born in [1834].", "DATE", r#"{"date":"1834"}"#),
        ("the [1701] Act of Settlement", "DATE", r#"{"date":"1701"}"#),
        ("dating back to [1670]", "DATE", r#"{"date":"1670"}"#),
        ("[2018]'s best film", "DATE", r#"{"date":"2018"}"#),
        ("by the [year 2020]", "DATE", r#"{"date":"2020"}"#),
        ("in the [1990s]", "DATE", r#"{"date":"1990s"}"#),
        ("in the [1990's]", "DATE", r#"{"date":"1990s"}"#),
        ("in the [20th century]", "DATE", "null"),
        ("a [19th-century] house", "DATE", "null"),
        ("in the [21st Century]", "DATE", "null"),
        ("[1980s]-era games", "DATE", r#"{"date":"1980s"}"#),
        ("in the ['90s]", "DATE", r#"{"date":"1990s"}"#),
        ("in the [’60s]", "DATE", r#"{"date":"1960s"}"#),
        // 1920s or 2020s
        ("in the ['20s]", "DATE", "null"),
        ("in the [80s]", "DATE", "null"),
        ("They won in ['94].", "DATE", r#"{"date":"1994"}"#),
        ("They won in ['04].", "DATE", "null"),
        ("in his [20s]", "DATE", "null"),
        ("a woman in her [early thirties]", "DATE", "null"),
        ("from [2016 to 2020]", "DATE", r#"{"from":"2016","to":"2020"}"#),
        ("[between 2016 and 2020]", "DATE", r#"{"from":"2016","to":"2020"}"#),
        ("the [1914-18] war", "DATE", r#"{"from":"1914","to":"1918"}"#),
        ("the [1914–1918] war", "DATE", r#"{"from":"1914","to":"1918"}"#),
        ("the [2018-19] season", "DATE", r#"{"from":"2018","to":"2019"}"#),
        ("the [2018/19] season", "DATE", r#"{"from":"2018","to":"2019"}"#),
        ("the [1999-00] season", "DATE", r#"{"from":"1999","to":"2000"}"#),
        ("in [fiscal 2019]", "DATE", "null"),
        ("in [FY2019]", "DATE", "null"),
        ("in [fiscal year 2019]", "DATE", "null"),
        ("in [500 BC]", "DATE", "null"),
        ("in [mid-2018]", "DATE", r#"{"date":"2018","part":"mid"}"#),
        ("in [late 2018]", "DATE", r#"{"date":"2018","part":"late"}"#),
        ("in the [early 1990s]", "DATE", r#"{"date":"1990s","part":"early"}"#),
        ("in the [mid-1990s]", "DATE", r#"{"date":"1990s","part":"mid"}"#),
        ("in [early June]", "DATE", "null"),
        ("in [early June 2018]", "DATE", r#"{"date":"2018-06","part":"early"}"#),
        ("by the [end of 2018]", "DATE", r#"{"date":"2018","part":"end"}"#),
        ("by the [end of the year]", "DATE", "null"),
        ("by the [end of May]", "DATE", "null"),
        ("since the [beginning of 2005]", "DATE", r#"{"date":"2005","part":"start"}"#),
        ("in [summer 2004]", "DATE", "null"),
        ("in the [spring of 2005]", "DATE", "null"),
    ]);
}

#[test]
fn quarters_and_halves() {
    check(&[
        ("in the [third quarter of 2018]", "DATE", r#"{"date":"2018-Q3"}"#),
        ("in [Q3 2018]", "DATE", r#"{"date":"2018-Q3"}"#),
        ("in the [third quarter]", "DATE", "null"),
        ("[third-quarter] profits", "DATE", "null"),
        ("in the [first quarter of last year]", "DATE", r#"{"date":"2017-Q1"}"#),
        ("in the [first half of 2018]", "DATE", r#"{"from":"2018-01","to":"2018-06"}"#),
        ("in the [second half of the year]", "DATE", "null"),
        ("in the [first three months of 2005]", "DATE", r#"{"from":"2005-01","to":"2005-03"}"#),
        ("in the [last three months of 2004]", "DATE", r#"{"from":"2004-10","to":"2004-12"}"#),
        ("in the [three months to December 2004]", "DATE", r#"{"from":"2004-10","to":"2004-12"}"#),
        ("in the [three months to February 2005]", "DATE", r#"{"from":"2004-12","to":"2005-02"}"#),
        ("in the [last quarter of 2004]", "DATE", r#"{"date":"2004-Q4"}"#),
        ("in the [three months to 31 December 2004]", "DATE", r#"{"from":"2004-10","to":"2004-12"}"#),
        ("in the [three months to 30 December 2004]", "DATE", "null"),
        ("in the [previous quarter]", "DATE", "null"),
        ("in the [last three quarters]", "DATE", r#"{"amount":3,"unit":"quarter"}"#),
        ("in [four consecutive quarters]", "DATE", r#"{"amount":4,"unit":"quarter"}"#),
        ("in the [six months ended June 30]", "DATE", "null"),
    ]);
}

/// What is told from the day of publication; without it the same spans have no value.
const RELATIVE: &[Row] = &[
    ("He left [yesterday].", "DATE", r#"{"date":"2018-06-11"}"#),
    ("He left [today].", "DATE", r#"{"date":"2018-06-12"}"#),
    ("He leaves [tomorrow].", "DATE", r#"{"date":"2018-06-13"}"#),
    ("He left the [day before yesterday].", "DATE", r#"{"date":"2018-06-10"}"#),
    ("He left [last week].", "DATE", r#"{"date":"2018-W23"}"#),
    ("He left [last month].", "DATE", r#"{"date":"2018-05"}"#),
    ("He left [last year].", "DATE", r#"{"date":"2017"}"#),
    ("[Last year]'s sales", "DATE", r#"{"date":"2017"}"#),
    ("He left [this year].", "DATE", r#"{"date":"2018"}"#),
    ("He left [earlier this year].", "DATE", r#"{"date":"2018"}"#),
    ("He leaves [next week].", "DATE", r#"{"date":"2018-W25"}"#),
    ("He leaves [next month].", "DATE", r#"{"date":"2018-07"}"#),
    ("He left [late last year].", "DATE", r#"{"date":"2017","part":"late"}"#),
    ("at the [end of last month]", "DATE", r#"{"date":"2018-05","part":"end"}"#),
    ("He left in [April last year].", "DATE", r#"{"date":"2017-04"}"#),
    ("He left on [12 April this year].", "DATE", r#"{"date":"2018-04-12"}"#),
    ("He left [two days ago].", "DATE", r#"{"date":"2018-06-10"}"#),
    ("He left [two weeks ago].", "DATE", r#"{"date":"2018-W22"}"#),
    ("He left [six months ago].", "DATE", r#"{"date":"2017-12"}"#),
    ("He left [20 years ago].", "DATE", r#"{"date":"1998"}"#),
    ("He left [a year ago].", "DATE", r#"{"date":"2017"}"#),
    ("He left [last Tuesday].", "DATE", r#"{"date":"2018-06-05"}"#),
    ("He left [last Friday].", "DATE", r#"{"date":"2018-06-08"}"#),
    ("He was arrested on [Tuesday].", "DATE", r#"{"date":"2018-06-12"}"#),
    ("He was arrested on [Wednesday].", "DATE", r#"{"date":"2018-06-06"}"#),
    ("On [Monday], police arrested him.", "DATE", r#"{"date":"2018-06-11"}"#),
    ("The firm said on [Monday].", "DATE", r#"{"date":"2018-06-11"}"#),
    ("The firm told reporters on [Monday].", "DATE", r#"{"date":"2018-06-11"}"#),
    ("The buses collided in Leeds on [Monday].", "DATE", r#"{"date":"2018-06-11"}"#),
    ("The firm said [Monday].", "DATE", r#"{"date":"2018-06-11"}"#),
];

#[test]
fn relative_dates() {
    check(RELATIVE);
}

#[test]
fn without_a_day_of_publication_relative_dates_have_no_value() {
    let rows: Vec<Row> = RELATIVE.iter().map(|&(marked, label, _)| (marked, label, "null")).collect();
    check_published(&rows, None);
}

#[test]
fn vague_dates() {
    check(&[
        // Weekdays to come, or not surely past
        ("He will leave on [Tuesday].", "DATE", "null"),
        ("England face Wales on [Saturday].", "DATE", "null"),
        ("It is sold until the chart is announced on [Sunday].", "DATE", "null"),
        ("The trial is to be held on [Monday].", "DATE", "null"),
        ("[today]'s consumers", "DATE", "null"),
        ("They are expected to meet on [Friday].", "DATE", "null"),
        ("He said talks on [Friday] would fail.", "DATE", "null"),
        ("[Tuesday]'s summit", "DATE", "null"),
        ("[Next Tuesday] they meet.", "DATE", "null"),
        ("The talks start [next Tuesday].", "DATE", "null"),
        ("open on [Mondays]", "DATE", "null"),
        ("[last summer]", "DATE", "null"),
        ("[this season]", "DATE", "null"),
        ("[last June]", "DATE", "null"),
        ("over the [last year]", "DATE", "null"),
        ("the [following day]", "DATE", "null"),
        ("the [same month]", "DATE", "null"),
        ("in [recent years]", "DATE", "null"),
        ("the [coming weeks]", "DATE", "null"),
        ("[several years]", "DATE", "null"),
        ("a [few days later]", "DATE", "null"),
        ("a [couple of weeks]", "DATE", "null"),
        ("for [decades]", "DATE", "null"),
        ("more than [two years ago]", "DATE", "null"),
        ("[a year earlier]", "DATE", "null"),
        ("its [year-earlier] profit", "DATE", "null"),
        ("[Christmas Day 2018]", "DATE", r#"{"date":"2018-12-25"}"#),
        ("[New Year's Eve 1999]", "DATE", r#"{"date":"1999-12-31"}"#),
        ("on [Christmas Day]", "DATE", "null"),
        ("over [Christmas]", "DATE", "null"),
        ("at [Easter 2019]", "DATE", "null"),
        ("on [Boxing Day]", "DATE", "null"),
    ]);
}

#[test]
fn lengths_of_time_and_ages() {
    check(&[
        ("It took [three years].", "DATE", r#"{"amount":3,"unit":"year"}"#),
        ("It took [two hours].", "TIME", r#"{"amount":2,"unit":"hour"}"#),
        ("the [past three years]", "DATE", r#"{"amount":3,"unit":"year"}"#),
        ("the [first 20 minutes]", "TIME", r#"{"amount":20,"unit":"minute"}"#),
        ("the [next few weeks]", "DATE", "null"),
        ("the next [five-year] plan", "DATE", r#"{"amount":5,"unit":"year"}"#),
        ("a [five-year] plan", "DATE", r#"{"amount":5,"unit":"year"}"#),
        ("a [two-and-a-half-year] plan", "DATE", r#"{"amount":2.5,"unit":"year"}"#),
        ("a [24-hour] strike", "TIME", r#"{"amount":24,"unit":"hour"}"#),
        ("It took [two and a half years].", "DATE", r#"{"amount":2.5,"unit":"year"}"#),
        ("It took [half an hour].", "TIME", r#"{"amount":0.5,"unit":"hour"}"#),
        ("It took [three quarters of an hour].", "TIME", r#"{"amount":0.75,"unit":"hour"}"#),
        ("It took [three to five years].", "DATE", r#"{"min":3,"max":5,"unit":"year"}"#),
        ("It took [5-10 minutes].", "TIME", r#"{"min":5,"max":10,"unit":"minute"}"#),
        ("It took [three consecutive years].", "DATE", r#"{"amount":3,"unit":"year"}"#),
        ("It took [one minute 46.5 seconds].", "TIME", r#"{"amount":106.5,"unit":"second"}"#),
        ("It took [two hours 15 minutes].", "TIME", r#"{"amount":135,"unit":"minute"}"#),
        ("It took [90 seconds].", "TIME", r#"{"amount":90,"unit":"second"}"#),
        ("It took almost [a year].", "DATE", r#"{"amount":1,"unit":"year","bound":"about"}"#),
        ("It took at least [six months].", "DATE", r#"{"amount":6,"unit":"month","bound":"min"}"#),
        // Across them, or more than them
        ("Over [three years] he lost it.", "DATE", "null"),
        ("in [three months]' time", "DATE", r#"{"amount":3,"unit":"month"}"#),
        ("It took [hundreds of years].", "DATE", "null"),
        ("It took [half a century].", "DATE", r#"{"amount":0.5,"unit":"century"}"#),
        ("a [25-year-old] man", "DATE", r#"{"amount":25,"unit":"year"}"#),
        ("She is [25 years old].", "DATE", r#"{"amount":25,"unit":"year"}"#),
        ("an [18-month-old] child", "DATE", r#"{"amount":18,"unit":"month"}"#),
        ("children [aged 12]", "DATE", r#"{"amount":12,"unit":"year"}"#),
        ("adults [aged 16 to 24]", "DATE", r#"{"min":16,"max":24,"unit":"year"}"#),
        ("adults [aged 16-24]", "DATE", r#"{"min":16,"max":24,"unit":"year"}"#),
        ("[16- to 24-year-olds]", "DATE", r#"{"min":16,"max":24,"unit":"year"}"#),
        ("measured at [age 65]", "DATE", r#"{"amount":65,"unit":"year"}"#),
        ("at the [age of 18]", "DATE", r#"{"amount":18,"unit":"year"}"#),
        ("[two days later] he left", "DATE", "null"),
    ]);
}

#[test]
fn clock_times() {
    check(&[
        ("It opens at [9:30 a.m.].", "TIME", r#"{"time":"09:30"}"#),
        ("It opens at [9.30am].", "TIME", r#"{"time":"09:30"}"#),
        ("It opens at [9pm].", "TIME", r#"{"time":"21:00"}"#),
        ("It opens at [9 p.m. EST].", "TIME", r#"{"time":"21:00","zone":"EST"}"#),
        ("It opens at [21:30 GMT].", "TIME", r#"{"time":"21:30","zone":"GMT"}"#),
        ("It opens at [2130 GMT].", "TIME", r#"{"time":"21:30","zone":"GMT"}"#),
        ("It opens at [0900 BST].", "TIME", r#"{"time":"09:00","zone":"BST"}"#),
        ("It opens at [09:30].", "TIME", r#"{"time":"09:30"}"#),
        ("It opens at [21:30].", "TIME", r#"{"time":"21:30"}"#),
        ("It opens at [9:30].", "TIME", "null"),
        ("It opens at [noon].", "TIME", r#"{"time":"12:00"}"#),
        ("It opens at [midnight GMT].", "TIME", r#"{"time":"00:00","zone":"GMT"}"#),
        ("It opens at [12 noon].", "TIME", r#"{"time":"12:00"}"#),
        ("It opens at [12.15am].", "TIME", r#"{"time":"00:15"}"#),
        ("It opens at [nine o'clock].", "TIME", "null"),
        ("It opens at [half past nine].", "TIME", "null"),
        ("open [9am-5pm]", "TIME", r#"{"from":"09:00","to":"17:00"}"#),
        ("open from [9am to 5pm]", "TIME", r#"{"from":"09:00","to":"17:00"}"#),
        ("open [7-9pm]", "TIME", r#"{"from":"19:00","to":"21:00"}"#),
        ("on [Tuesday morning]", "TIME", "null"),
        ("viewers [between 2000 and 2100 GMT]", "TIME", r#"{"from":"20:00","to":"21:00","zone":"GMT"}"#),
        ("a curfew [between 2200 and 0700]", "TIME", r#"{"from":"22:00","to":"07:00"}"#),
        ("[last night]", "TIME", "null"),
        ("[this afternoon]", "TIME", "null"),
        ("[tonight]", "TIME", "null"),
        ("[yesterday evening]", "TIME", "null"),
    ]);
}
