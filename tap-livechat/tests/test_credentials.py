"""Tokens go out exactly as they were given."""

import base64

import pytest
from tap_livechat.credentials import credential_of

ACCOUNT = "0d4c1e1a-7a51-4c9f-9b1e-5f0f3a6f1c11"


def pair(secret: str) -> str:
    return "Basic " + base64.b64encode(f"{ACCOUNT}:{secret}".encode()).decode()


@pytest.mark.parametrize(
    ("token", "secret"),
    [
        ("us-south1:abc-1", "us-south1:abc-1"),
        ("us-south1%3Aabc", "us-south1:abc"),
        ("fra%3aabc", "fra:abc"),
        ("plain", "plain"),
        (" dal:abc\n", "dal:abc"),
        (f"{ACCOUNT}:dal:abc", "dal:abc"),
        (pair("dal:abc"), "dal:abc"),
        (pair("dal%3Aabc").removeprefix("Basic "), "dal:abc"),
    ],
)
def test_a_personal_token_keeps_its_region_and_gets_its_colon_back(token, secret):
    assert credential_of(token, ACCOUNT).header == pair(secret)


@pytest.mark.parametrize(
    "token", [f"{ACCOUNT}:dal:abc", pair("dal:abc"), pair("dal:abc").removeprefix("Basic ")]
)
def test_a_pair_is_recognised_whether_encoded_or_not(token):
    found = credential_of(token)
    assert (found.header, found.account_id) == (pair("dal:abc"), ACCOUNT)


@pytest.mark.parametrize("token", ["dal:oauth-token", "abcdefgh", "fra%3Aoauth"])
def test_anything_else_is_an_oauth_token(token):
    found = credential_of(token)
    assert (found.header, found.account_id) == (f"Bearer {token.replace('%3A', ':')}", None)


def test_a_credential_does_not_show_itself():
    assert "abc" not in repr(credential_of("dal:abc", ACCOUNT))
