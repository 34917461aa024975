"""Say what became of one cell: a value with the repairs it took, or a question."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chengce.core.text import Text


@dataclass(frozen=True)
class Understood:
    """A value (None: blank) and the codes of the repairs that led to it."""

    value: Any
    repairs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Asked:
    """A cell that was not understood; `code` is one of `QUESTIONS`."""

    code: str


_ANSWER = Text(
    "改正文件，或在 [[tables]] 的 values 中写明取值",
    "correct the file, or say the value under `values` of the [[tables]] entry",
)
_DATES = Text('写明 dates = "dmy"、"mdy" 或 "ymd"', 'say dates = "dmy", "mdy" or "ymd"')
_SAVE = Text(
    "在表格软件中打开、重算并保存", "open it in a spreadsheet, let it compute, and save it"
)
_RESTORE = Text(
    "从原系统重新导出，编号列设为文本格式",
    "export it again from its source, with the ids as text",
)

QUESTIONS: Mapping[str, tuple[Text, Text]] = {
    "not_a_number": (Text("“{value}”不是数", "“{value}” is not a number"), _ANSWER),
    "number_is_range": (Text("“{value}”是区间，不是一个数", "“{value}” is a range, not a number"), _ANSWER),
    "number_is_about": (Text("“{value}”是约数", "“{value}” is only approximate"), _ANSWER),
    "number_is_bound": (Text("“{value}”只给出界限", "“{value}” is only a bound"), _ANSWER),
    "number_is_word": (
        Text("“{value}”：是 0、是 1，还是不详", "“{value}”: 0, 1 or unknown"), _ANSWER,
    ),
    "number_is_several": (Text("“{value}”含多个数", "“{value}” holds several numbers"), _ANSWER),
    "number_grouping": (
        Text("“{value}”的逗号是千分位还是小数点", "“{value}”: is the comma for thousands or decimals"), _ANSWER,
    ),
    "number_negative_sign": (
        Text("“{value}”：括号是否表示负数", "“{value}”: do the brackets mean a negative number"), _ANSWER,
    ),
    "number_in_chinese": (Text("“{value}”是汉字数字", "“{value}” is a numeral in words"), _ANSWER),
    "number_is_date": (
        Text("应为数，却是日期 {value}，可能是表格软件把 3-5 之类改成了日期",
             "a date, {value}, where a number belongs: a spreadsheet may have changed 3-5 into a date"), _ANSWER,
    ),
    "number_is_bool": (Text("应为数，却是逻辑值 {value}", "a logical value, {value}, where a number belongs"), _ANSWER),
    "unit_differs": (
        Text("“{value}”的单位与本列不符", "the unit of “{value}” is not the column's"), _ANSWER,
    ),
    "cell_error": (Text("单元格出错：{value}", "the cell holds an error: {value}"), _SAVE),
    "formula_not_computed": (
        Text("公式 {value} 未计算，没有结果", "the formula {value} was never computed"), _SAVE,
    ),
    "digits_lost": (
        Text("编号 {value} 超过 15 位且存为数，末几位已丢失",
             "the id {value} has more than 15 digits and is kept as a number: its last digits are lost"), _RESTORE,
    ),
    "id_is_scientific": (
        Text("编号 {value} 已变成科学计数法，末几位丢失",
             "the id {value} was turned into scientific notation: its last digits are lost"), _RESTORE,
    ),
    "id_is_date": (
        Text("编号变成了日期 {value}", "the id was turned into the date {value}"), _RESTORE,
    ),
    "date_ambiguous": (Text("日期 {value} 有两种读法", "the date {value} can be read in two ways"), _DATES),
    "date_short_year": (Text("日期 {value} 的年份只有两位", "the date {value} has a year of two digits"), _ANSWER),
    "date_incomplete": (Text("日期 {value} 缺月或日", "the date {value} lacks its month or day"), _ANSWER),
    "date_unreadable": (Text("“{value}”不是日期", "“{value}” is not a date"), _ANSWER),
    "date_impossible": (Text("没有 {value} 这一天", "there is no day {value}"), _ANSWER),
    "time_unreadable": (Text("“{value}”不是钟点", "“{value}” is not a time of day"), _ANSWER),
    "hours_not_understood": (
        Text("开放时间“{value}”读不懂", "the opening hours “{value}” are not understood"), _ANSWER,
    ),
    "hours_without_times": (
        Text("“{value}”有日子而没有钟点", "“{value}” names days but no hours"), _ANSWER,
    ),
    "hours_overlap": (
        Text("“{value}”同一天的时段重叠，或前后说法不一", "“{value}” gives one day hours that overlap or disagree"),
        _ANSWER,
    ),
    "hours_past_midnight": (
        Text("“{value}”结束早于开始：是到次日，还是 12 小时制",
             "“{value}” ends before it begins: on the next day, or on a clock of 12 hours"),
        Text("到次日写作 22:00-次日2:00 或 22:00-26:00；下午写作 9:00-17:00，或在 values 中写明",
             "write 22:00-26:00 for the next day and 9:00-17:00 for the afternoon, or answer under `values`"),
    ),
    "hours_day_blank": (
        Text("“{value}”：有的日子空着，是休息还是不详", "“{value}”: days left blank: closed or unknown"),
        Text("填写“休息”或时段", "fill in `off` or the hours"),
    ),
    "not_yes_or_no": (Text("“{value}”不是有或无", "“{value}” is neither yes nor no"), _ANSWER),
    "merged_number": (
        Text("数 {value} 合并在多行上，各行各占多少",
             "the number {value} is merged over several rows: what is each one's"),
        Text("取消合并，逐行填写", "unmerge it and fill in each row"),
    ),
    "merged_across": (
        Text("“{value}”跨列合并，属于哪一列", "“{value}” is merged across columns: which one is it for"),
        Text("取消合并，填入所属的列", "unmerge it and fill in its column"),
    ),
}  # fmt: skip
