"""The cache asks its server as Django does, without making a client for each question."""

from __future__ import annotations

from typing import Any

from django.core.cache import caches


def test_one_client_answers_every_question_as_django_s_own_would() -> None:
    cache: Any = caches["default"]
    client = cache._cache
    assert client.get_client(write=True) is client.get_client("another", write=True)
    assert client.get_client() is client.get_client("another")
    assert cache.add("suluh-caching", {"a": [1]}, 30)
    assert not cache.add("suluh-caching", "other", 30)
    assert cache.get("suluh-caching") == {"a": [1]}
    cache.set("suluh-caching-number", 1, 30)
    assert cache.incr("suluh-caching-number") == 2
    cache.delete_many(["suluh-caching", "suluh-caching-number"])
    assert cache.get_many(["suluh-caching", "suluh-caching-number"]) == {}
