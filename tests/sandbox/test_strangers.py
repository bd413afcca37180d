"""Pages of others, shown in the same browser, have no hand in the sandbox."""

import pytest

from tests.sandbox.client import Client


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Origin": "{base}"}, 200),
        ({"Host": "localhost:8080", "Origin": "http://localhost:8080"}, 200),
        ({"Host": "[::1]:8080"}, 200),
        ({"Origin": "http://page.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://127.0.0.1:1"}, 403),
        ({"Host": "page.example:8080"}, 403),
        ({"Host": "page.example:8080", "Origin": "http://page.example:8080"}, 403),
        ({"Host": "127.0.0.1.page.example"}, 403),
    ],
)
async def test_a_request_is_served_to_our_own_page_and_to_scripts_only(
    headers: dict[str, str], status: int, client: Client
) -> None:
    sent = {name: value.format(base=client.base) for name, value in headers.items()}
    async with client.session.get(f"{client.base}/sandbox/state", headers=sent) as answer:
        assert answer.status == status
    body = b'{"name": "somebody"}'
    async with client.session.post(f"{client.base}/sandbox/people", data=body, headers=sent) as answer:
        assert answer.status == status
