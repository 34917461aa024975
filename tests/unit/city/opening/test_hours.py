"""Read opening hours in all notations against hand-written ones; what is not clear is asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengce.city.opening.read import Unread, read_hours
from chengce.city.opening.week import HOLIDAY, Hours, Week, joined
from chengce.city.opening.write import write_hours

READ = {
    # OpenStreetMap
    "Mo-Fr 08:00-18:00; Sa,Su 09:00-12:00; PH off": "Mo-Fr 08:00-18:00; Sa,Su 09:00-12:00; PH off",
    "24/7": "24/7",
    "Mo-Su 08:00-18:00; We 09:00-12:00": "Mo,Tu,Th-Su 08:00-18:00; We 09:00-12:00",
    "Mo-Fr 08:00-12:00, We 14:00-18:00": "Mo,Tu,Th,Fr 08:00-12:00; We 08:00-12:00,14:00-18:00",
    "Fr,Sa 20:00-02:00": "Fr,Sa 20:00-26:00",
    "Apr-Sep 06:00-22:00; Oct-Mar 07:00-20:00":
        "Jan-Mar,Oct-Dec Mo-Su 07:00-20:00; Apr-Sep Mo-Su 06:00-22:00",
    "Sa-Mo 10:00-16:00": "Mo,Sa,Su 10:00-16:00",
    # schema.org
    "Mo,Tu 09:00-17:00": "Mo,Tu 09:00-17:00",
    "Mo-Su": "Mo-Su 00:00-24:00",
    # Chinese
    "周一至周五 8:00-12:00，14:00-17:30；周末休息": "Mo-Fr 08:00-12:00,14:00-17:30",
    "工作日8时至17时30分": "Mo-Fr 08:00-17:30; PH off",
    "全天": "24/7",
    "２４小时营业": "24/7",
    "早8点至晚9点": "Mo-Su 08:00-21:00",
    "8:00-17:00，节假日除外": "Mo-Su 08:00-17:00; PH off",
    "周二至周日9:00-17:00（周一闭馆）": "Tu-Su 09:00-17:00",
    "除周一外 9:00-17:00": "Tu-Su 09:00-17:00",
    "星期一～星期五：８：００－１７：００": "Mo-Fr 08:00-17:00",
    "周一、三、五 9:00-11:00": "Mo,We,Fr 09:00-11:00",
    "每天8:00-18:00；周六9:00-12:00": "Mo-Fr,Su 08:00-18:00; Sa 09:00-12:00",
    "八点半至十七点半": "Mo-Su 08:30-17:30",
    "全年无休 8:00-20:00": "Mo-Su,PH 08:00-20:00",
    "20:00-次日2:00": "Mo-Su 20:00-26:00",
    "18:00-凌晨2:00": "Mo-Su 18:00-26:00",
    "5月-9月 每天 6:00-22:00；10月-4月 每天 7:00-20:00":
        "Jan-Apr,Oct-Dec Mo-Su 07:00-20:00; May-Sep Mo-Su 06:00-22:00",
    # clocks of 12 hours, plain spans
    "上午8:00-12:00，下午2:00-5:30": "Mo-Su 08:00-12:00,14:00-17:30",
    "9:00 am - 5:30 pm": "Mo-Su 09:00-17:30",
    "0800-1730": "Mo-Su 08:00-17:30",
    "8:00-17:00（周一至周五）": "Mo-Fr 08:00-17:00",
    "08:00-12:00,12:00-14:00": "Mo-Su 08:00-14:00",
}  # fmt: skip
ASKED = {
    "9:00-5:00": "hours_past_midnight",
    "22:00-02:00": "hours_past_midnight",  # outside OpenStreetMap the next day must be said
    "08:00-12:00,11:00-14:00": "hours_overlap",
    "周一至周三 8:00-12:00；周三至周五 10:00-16:00": "hours_overlap",
    "周一至周五": "hours_without_times",
    "PH off": "hours_without_times",
    "急诊24小时，门诊8:00-17:00": "hours_not_understood",
    "夏季8:00-18:00": "hours_not_understood",
    "晚上1点-3点": "hours_not_understood",
    "Mo-Fr sunrise-sunset": "hours_not_understood",
    "Mo-Fr 08:00+": "hours_not_understood",
    "Dec 25 off": "hours_not_understood",
    'Mo-Fr 09:00-17:00 || "by appointment"': "hours_not_understood",
    "电话预约": "hours_not_understood",
    "9-17": "hours_not_understood",
    "8:75-17:00": "hours_not_understood",
}


@pytest.mark.parametrize(("text", "canonical"), READ.items())
def test_a_notation_is_read(text: str, canonical: str) -> None:
    hours = read_hours(text)
    assert isinstance(hours, Hours)
    assert write_hours(hours) == canonical
    assert read_hours(canonical) == hours


@pytest.mark.parametrize(("text", "code"), ASKED.items())
def test_what_is_not_clear_is_asked(text: str, code: str) -> None:
    assert read_hours(text) == Unread(code)


def test_a_closing_before_the_opening_is_the_next_day_for_openstreetmap() -> None:
    hours = read_hours("22:00-02:00", osm=True)
    assert isinstance(hours, Hours)
    assert write_hours(hours) == "Mo-Su 22:00-26:00"


def test_open_or_not_at_a_minute() -> None:
    hours = read_hours("Fr 20:00-26:00; Mo-Th 08:00-17:00; PH off")
    assert isinstance(hours, Hours)
    assert hours.state(0, 480) is True
    assert hours.state(0, 1020) is False  # closes at 17:00
    assert hours.state(5, 119) is True  # Saturday 01:59 is Friday's night
    assert hours.state(5, 120) is False
    assert hours.state(HOLIDAY, 600) is False
    silent = read_hours("Mo-Fr 08:00-17:00")
    assert isinstance(silent, Hours)
    assert silent.state(HOLIDAY, 600) is None
    summer = read_hours("Apr-Sep Mo-Su 06:00-22:00; Oct-Mar Mo-Su 08:00-20:00")
    assert isinstance(summer, Hours)
    assert (summer.state(0, 420, 7), summer.state(0, 420, 1), summer.state(0, 420)) == (
        True,
        False,
        None,
    )
    assert summer.state(0, 600) is True


@st.composite
def spans(draw: st.DrawFn) -> tuple[tuple[int, int], ...]:
    listed = draw(st.lists(st.tuples(st.integers(0, 1439), st.integers(1, 1440)), max_size=3))
    return joined((a, a + length) for a, length in listed)


@st.composite
def weeks(draw: st.DrawFn) -> Week:
    return Week(tuple(draw(spans()) for _ in range(7)), draw(st.none() | spans()))


@given(st.lists(weeks(), min_size=1, max_size=3), st.data())
def test_what_is_written_is_read_back(some: list[Week], data: st.DataObject) -> None:
    months = tuple(data.draw(st.sampled_from(some)) for _ in range(12))
    hours = Hours(months)
    assert read_hours(write_hours(hours)) == hours
    assert read_hours(write_hours(hours), osm=True) == hours
