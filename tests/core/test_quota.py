import pytest

from models.enums import Cadence
from services.core.quota import Quota


@pytest.mark.parametrize(
    ("target", "per_account", "accounts", "owed"),
    [
        (4, False, 0, 4),
        (4, False, 3, 4),
        (4, True, 3, 12),
        (4, True, 1, 4),
        (4, True, 0, 4),  # one account while none is registered
        (0, True, 3, 0),
        (0, False, 0, 0),
        (None, False, 2, None),
        (None, True, 2, None),
    ],
)
def test_a_target_counts_accounts_only_where_the_table_says_so(target, per_account, accounts, owed):
    quota = Quota(1, Cadence.MONTHLY, target, per_account=per_account)
    assert quota.target_for(accounts) == owed
    assert quota.is_exempt is (target is None)


def test_a_target_counts_once_unless_said_otherwise():
    assert Quota(1, Cadence.MONTHLY, 4).target_for(3) == 4


def test_a_target_below_zero_is_refused():
    with pytest.raises(ValueError, match="-1"):
        Quota(1, Cadence.YEARLY, -1)
