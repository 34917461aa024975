from chengce.city.readers.place_kinds import kinds_of, place_kinds


def test_every_kind_is_named_in_both_languages_and_once():
    kinds = place_kinds()
    assert len({k.id for k in kinds}) == len({k.title.zh for k in kinds}) == len(kinds)
    assert all(k.title.en for k in kinds)
    # kinds without tags come from tables, never from the map
    assert [k.id for k in kinds if not k.match] == ["healthcare"]
    everyday = {k.id for k in kinds if k.everyday}
    assert {"food_shop", "market", "pharmacy", "clinic", "kindergarten", "park"} <= everyday
    assert not {"hotel", "hospital", "bench"} & everyday


def test_value_lists_patterns_and_exceptions():
    assert kinds_of({"amenity": "bar;restaurant"}) == ("restaurant",)
    assert kinds_of({"amenity": "school", "name": "第一小学"}) == ("primary_school", "school")
    assert kinds_of({"amenity": "school", "isced:level": "1;2"}) == (
        "middle_school",
        "primary_school",
        "school",
    )
    assert kinds_of({"amenity": "school", "isced:level": "0"}) == ("school",)
    assert kinds_of({"leisure": "park", "access": "private"}) == ()
    assert kinds_of({"leisure": "garden"}) == ()
    assert kinds_of({"leisure": "garden", "garden:type": "botanical"}) == ("park",)
    assert kinds_of({"shop": "supermarket"}) == ("food_shop", "supermarket")
    assert kinds_of({"highway": "residential"}) == ()
