import pytest

from services.core.printing import HeadCell, PrintedTable, simple_head


def table(head, rows=(), **more):
    return PrintedTable("表", "标题", head, (4, 4, 4), tuple(rows), **more)


def test_a_head_in_two_rows_places_what_is_covered_from_above():
    head = ((HeadCell("单位", rows=2), HeadCell("2月", columns=2)), (HeadCell("任务"), HeadCell("完成")))
    placed = [(row, column, cell.text) for row, column, cell in table(head).placed_head()]
    assert placed == [(0, 0, "单位"), (0, 1, "2月"), (1, 1, "任务"), (1, 2, "完成")]


@pytest.mark.parametrize(
    ("head", "more"),
    [
        (simple_head("单位", "任务"), {}),
        (((HeadCell("单位", columns=2), HeadCell("2月", columns=2)),), {}),
        (simple_head("单位", "任务", "完成"), {"rows": [("甲", 1)]}),
        (simple_head("单位", "任务", "完成"), {"total": ("合计", 1)}),
    ],
)
def test_a_table_with_a_hole_is_refused(head, more):
    with pytest.raises(ValueError, match="表"):
        table(head, **more)
