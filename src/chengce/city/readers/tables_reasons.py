"""Say why a cell, row or column of a file is read otherwise than it stands there."""

from collections.abc import Mapping

from chengce.core.text import Text

REASONS: Mapping[str, Text] = {
    # the file
    "encoding": Text("按识别出的编码读取", "read in the encoding recognised"),
    "delimiter": Text("按识别出的分隔符拆列", "split at the delimiter recognised"),
    "format_by_content": Text("按内容而非扩展名读取", "read by content, not by suffix"),
    "sheet_chosen": Text("只有这张工作表含所需的列", "the only sheet that has the columns"),
    "other_sheet": Text("其他工作表未读", "another sheet was not read"),
    "character_cut": Text("字段末尾的半个汉字，已去掉", "half a character at the end of a field, cut off"),
    "text_inside": Text("图块内的文字记入所在图形", "text inside a shape is kept with the shape"),
    # rows
    "title_row": Text("表头以上的标题或说明行", "a title or note above the header"),
    "numbering_row": Text("表头下的栏号行", "a row that numbers the columns"),
    "repeated_header": Text("数据中重复的表头行", "the header repeated among the data"),
    "row_cut": Text("行尾混入表头，已截去", "the header had run into the row and was cut off"),
    "total_row": Text("合计行，已与各行之和核对", "a row of totals, checked against the sum"),
    "note_row": Text("注释行", "a note"),
    "skipped_row": Text("按 skip_rows 略去", "left out by skip_rows"),
    "hidden_row": Text("隐藏行，照常读入", "a hidden row, read like the others"),
    "hidden_column": Text("隐藏列，照常读入", "a hidden column, read like the others"),
    # columns
    "header_joined": Text("多级表头合为一个列名", "a header of several rows joined to one name"),
    "header_tidied": Text("列名中的换行与空格", "line breaks and spaces within a column name"),
    "header_blank": Text("列名为空，以列号代之", "a column without a name, named by its letter"),
    "header_repeated": Text("列名重复，加序号", "a column name repeated, numbered"),
    "header_matched": Text("列名写法略有不同", "the column's name is written a little otherwise"),
    # cells
    "merged_filled": Text("合并单元格，逐行填入", "a merged cell, filled into each row"),
    "fill_down": Text("空格按 fill_down 填入上一行的值", "a blank filled from above by fill_down"),
    "space_trimmed": Text("首尾空格", "spaces around the value"),
    "invisible": Text("不可见字符", "invisible characters"),
    "inner_space": Text("汉字间的空格", "spaces between Chinese characters"),
    "full_width": Text("全角字符", "full-width characters"),
    "apostrophe": Text("文本前的撇号", "an apostrophe before the value"),
    "thousands": Text("千分位分隔符", "thousands separators"),
    "scale_word": Text("万、亿等数量级", "万, 亿 or another word for a power of ten"),
    "percent": Text("百分号（千分号）化为小数", "a percent or per-mille sign turned into a share"),
    "unit_in_cell": Text("单元格内的单位", "the unit within the cell"),
    "unit_of_column": Text("按列的单位换算", "converted from the column's unit"),
    "degrees": Text("度分秒化为度", "degrees, minutes and seconds turned into degrees"),
    "null_token": Text("表示缺失的记号，读作空", "a sign for missing, read as blank"),
    "value_word": Text("按词表换成规定取值", "a word of the list, turned into the contract's value"),
    "answered": Text("按配置中的 values 换值", "replaced as `values` in the configuration says"),
    "date_notation": Text("日期写法", "the notation of a date"),
    "excel_serial": Text("表格软件的日期序号", "a spreadsheet's serial number of a date"),
    "hours_notation": Text(
        "开放时间改为统一写法", "opening hours, in one notation"
    ),
    "clock_time": Text("钟点化为秒", "a clock time turned into seconds"),
    "clock_span": Text("起止钟点化为秒", "the begin or end of a span of hours turned into seconds"),
    "decimal_id": Text("编号末尾的 .0", "the .0 at the end of a number that is an id"),
    "displayed_zeros": Text("编号按显示补零", "leading zeros of an id, as displayed"),
}  # fmt: skip
