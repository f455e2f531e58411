"""Writes the invented data of the recipes: train.* and eval.* beside each preprocessing.py.

    python make_data.py [RECIPE ...]        (needs tensorflow, for PNG and JPEG)
"""
import csv, json, os, random, sys

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))


def table(path, rows):
    """CSV; None is an empty cell."""
    with open(path + ".csv", "w", newline="") as f:
        out = csv.DictWriter(f, list(rows[0]), lineterminator="\n")
        out.writeheader()
        out.writerows({k: "" if v is None else v for k, v in r.items()} for r in rows)


def lines(path, rows):
    """JSON lines; None is left out."""
    with open(path + ".jsonl", "w", encoding="utf-8") as f:
        for r in rows:
            f.write(json.dumps({k: v for k, v in r.items() if v is not None}, ensure_ascii=False) + "\n")


def records(path, rows):
    import tensorflow as tf
    with tf.io.TFRecordWriter(path + ".tfrecord") as f:
        for r in rows:
            example = tf.train.Example()
            for k, v in r.items():
                if isinstance(v, bytes):
                    example.features.feature[k].bytes_list.value.append(v)
                else:
                    example.features.feature[k].int64_list.value.append(v)
            f.write(example.SerializeToString(deterministic=True))


def maybe(r, value, missing=0.2):
    return None if r.random() < missing else value


def taxi(r, unseen):
    miles = round(r.expovariate(0.3), 1)
    fare = round(3 + 2.2 * miles + r.random(), 2)
    paid = r.choices(["Credit Card", "Cash", "Prcard", "No Charge"] + ["Mobile"] * unseen, [6, 8, 1, 1] + [3] * unseen)[0]
    return {
        "pickup_community_area": maybe(r, r.randint(1, 77), 0.1),
        "fare": maybe(r, fare, 0.1),
        "trip_start_month": r.randint(1, 12),
        "trip_start_hour": r.randint(0, 23),
        "trip_start_day": r.randint(1, 7),
        "pickup_latitude": maybe(r, round(41.85 + r.gauss(0, 0.05), 6)),
        "pickup_longitude": maybe(r, round(-87.65 + r.gauss(0, 0.05), 6)),
        "dropoff_latitude": maybe(r, round(41.85 + r.gauss(0, 0.05), 6)),
        "dropoff_longitude": maybe(r, round(-87.65 + r.gauss(0, 0.05), 6)),
        "trip_miles": miles,
        "payment_type": paid,
        "company": maybe(r, r.choice(["Blue Cab", "Flash, Inc.", "Taxi \"7\"", "City", "Yellow"] + ["New & Co"] * unseen), 0.3),
        "trip_seconds": maybe(r, int(120 + miles * 200), 0.1),
        "tips": maybe(r, round(fare * r.random() * 0.4, 2) if paid == "Credit Card" else 0.0, 0.1),
    }


def penguin(r, unseen):
    kind = r.randrange(3)
    return {
        "species": "Emperor" if unseen and r.random() < 0.2 else ["Adelie", "Chinstrap", "Gentoo"][kind],
        "culmen_length_mm": round(r.gauss([39, 49, 47][kind], 2.5), 1),
        "culmen_depth_mm": round(r.gauss([18, 18, 15][kind], 1.0), 1),
        "flipper_length_mm": round(r.gauss([190, 196, 217][kind], 6)),
        "body_mass_g": round(r.gauss([3700, 3730, 5080][kind], 300), -1),
    }



def mnist(r, unseen):
    import tensorflow as tf
    y, x = np.mgrid[0:28, 0:28]
    digit = r.randrange(2)
    near = np.abs(np.hypot((y - 14) / 9, (x - 14) / 6) - 1) if digit == 0 else np.abs(x - 14) / 4
    near = np.where(np.abs(y - 14) > 10, 9, near)
    gray = np.clip(255 - 500 * near, 0, 200 + r.randrange(50)).astype(np.uint8)[:, :, None]
    return {"image": tf.io.encode_png(gray).numpy(), "label": digit}


def cifar10(r, unseen):
    import tensorflow as tf
    h, w = (32, 32) if not unseen else (r.choice([20, 32, 48, 50]), r.choice([24, 32, 48, 60]))
    y, x = np.mgrid[0:h, 0:w]
    kind = r.randrange(3)
    parts = [np.sin(x / 3 + r.random()), np.cos(y / 4 + r.random()), np.sin((x + y) / 5)]
    image = np.stack([parts[(kind + i) % 3] * 100 + 128 for i in range(3)], -1).astype(np.uint8)
    encode = tf.io.encode_png if unseen or r.random() < 0.8 else lambda i: tf.io.encode_jpeg(i, quality=95)
    return {"image": encode(image).numpy(), "label": kind}


def pictures(r, unseen):
    import tensorflow as tf
    h, w = r.randint(2, 12), r.randint(2, 12)
    image = np.array([[[r.randrange(256) for _ in range(4)] for _ in range(w)] for _ in range(h)], np.uint8)
    picture = tf.io.encode_jpeg(image[:, :, :3], quality=90) if unseen else tf.io.encode_png(image[:, :, :r.choice([1, 3, 4])])
    return {"picture": picture.numpy(), "logo": tf.io.encode_png(image).numpy()}


GOOD = "lovely great moving funny bright warm splendid".split()
BAD = "dull slow noisy flat long cold awful".split()
PLAIN = "the a film plot music cast ending story was and with its of".split()


def review(r, unseen, marks=""):
    good = r.random() < 0.5
    words = []
    for _ in range(r.choice([0, 3, 6, 10, 14, 20])):
        words.append(r.choice((GOOD if good else BAD) if r.random() < 0.4 else PLAIN + ["sequel", "naïve"] * unseen))
    text = ""
    for word in words:
        text += word + (r.choice([", ", "! ", ". ", "? ", " (", ") "]) if marks and r.random() < 0.3 else " ")
    return text.rstrip() if not marks else text, int(good)


def imdb(r, unseen):
    text, label = review(r, unseen)
    return {"text": text, "label": label}


def sentiment(r, unseen):
    text, label = review(r, unseen, "marks")
    return {"review": text, "label": label}


def census(r, unseen):
    years = r.randint(5, 16)
    return {
        "age": r.randint(17, 80),
        "workclass": r.choices(["Private", "Self-emp-not-inc", "Local-gov", "?"] + ["Never-worked"] * unseen, [7, 2, 1, 1] + [2] * unseen)[0],
        "education": r.choice(["HS-grad", "Some-college", "Bachelors", "Masters"]),
        "education-num": maybe(r, years),
        "marital-status": r.choice(["Married-civ-spouse", "Never-married", "Divorced"]),
        "occupation": r.choice(["Sales", "Craft-repair", "Exec-managerial", " Tech-support"]),
        "capital-gain": r.choice([0, 0, 0, 2174, 7688, 14084]),
        "capital-loss": r.choice([0, 0, 0, 0, 1902]),
        "hours-per-week": r.randint(10, 60),
        "native-country": r.choices(["United-States", "Mexico", "?"] + ["Peru"] * unseen, [8, 1, 1] + [3] * unseen)[0],
        "label": (">50K" if years > 12 else "<=50K") + "." * unseen,
    }


def ranking(r, unseen):
    things = "red blue shoe shirt kids cotton summer rain coat boots".split() + ["kilt"] * (3 * unseen)
    return {
        "query": r.sample(things, r.randint(0, 3)),
        "title": [r.choice(things) for _ in range(r.randint(1, 6))],
        "clicked": [r.randint(1, 900) for _ in range(r.randint(0, 5))],
        "relevance": r.randint(0, 4),
    }


def sessions(r, unseen):
    pages = ["home", "cart", "item/1", "item/2", "help"] + ["item/99"] * unseen
    order = r.random()
    return {
        "pages": [r.choice(pages) for _ in range(r.randint(0, 5))] or None,
        "searches": [r.choice(["red shoe", "coat", "home"]) for _ in range(r.randint(0, 2))],
        "country": r.choice(["DE", "FR", "日本"]),
        "last_order": [] if order < 0.2 else None if order < 0.4 else [round(100 * order, 2)],
        "coupon": maybe(r, ["SPRING"], 0.5),
        "minute": r.randint(0, 1439),
        "email": r.choice(["a.b@example.com", "x@test.com", "y@test.com.org", "z@else.net", ""]),
    }


def next_page(r, unseen):
    pages = [f"/{p}" for p in "home shop cart help blog jobs press".split()] + ["/new"] * (2 * unseen)
    return {"cur_page": r.choice(pages[:5] * 3 + pages), "next_page": r.choice(pages[1:] * 2 + pages), "session_index": r.randint(0, 30)}


def flights(r, unseen):
    airports = ["JFK", "LAX", "ORD"] + ["ANC"] * unseen
    return {"departure": "2013-%02d-%02d %02d:%02d" % (r.randint(1, 12), r.randint(1, 28), r.randint(0, 23), r.randint(0, 59)),
            "carrier": r.choice(["AA", "UA", "DL"] + ["XX"] * unseen), "origin": r.choice(airports), "dest": r.choice(airports),
            "distance": r.choice(["N/A", "n.a.", ""] + [str(r.randint(100, 2500))] * 7),
            "delay": r.choice([-5, 0, 3, 20, 45, 180])}


def sensors(r, unseen):
    return {"machine": r.choice(["A", "B", "C"] + ["D"] * unseen),
            "readings": [float("nan") if r.random() < 0.1 else round(r.gauss(i, 1 + i / 2), 3) for i in range(6)],
            "events": [round(r.uniform(-1, 5), 2) for _ in range(r.randint(0, 4))], "failed": int(r.random() < 0.3)}


def store_sales(r, unseen):
    return {"store": r.choice([1, 22, 303] + [404] * unseen), "open": r.choice(["yes", "Yes", "no"]),
            "holiday": maybe(r, r.choice(["public", "easter", "xmas", "other"]), 0.6),
            "promo_months": r.choice(["", "Jan", "Jan,Apr; Jul", "Feb;May ", ";,"]),
            "competition": maybe(r, r.choice([30, 450, 1200, 20000]), 0.3), "customers": r.choice([0, 120, 430, 800]),
            "sales": r.choice([0, 1500.5, 4200.25, 9000])}


FILMS = [("The Long Tide (1988)", "Drama"), ("Paper Moons (1999)", "Comedy|Romance"), ("Iron Garden (2003)", "Action|Sci-Fi"),
         ("A Quiet Fox (1971)", "Children's|Animation|Comedy"), ("Night Ferry (1999)", "Film-Noir|Crime|Drama"),
         ("Zwölf Uhr (1954)", "Western")]


def recommender(r, unseen):
    title, genres = r.choice(FILMS + [("New Film (2020)", "Drama|Musical")] * (2 * unseen))
    return {"user_id": r.choice([7, 12, 300, 301, 5001] + [9] * (2 * unseen)), "title": title, "genres": genres,
            "rating": r.randint(1, 5), "timestamp": 874724710 + r.randrange(20_000_000)}


def bert(r, unseen):
    words = "the world is old and great people know way long day well never again".split() + ["zyzzyva", "Größe"] * unseen
    n = r.choice([0, 2, 5, 9, 30])
    return {"sentence": " ".join(r.choice(words) for _ in range(n)).capitalize() + r.choice(["", ".", "!"]), "label": r.randint(0, 1)}


def titanic(r, unseen):
    sex = r.choice(["male", "female"])
    title = r.choice(["Mr", "Master", "Mr"] if sex == "male" else ["Mrs", "Miss", "Miss"])
    title = r.choice(["Dr", "Rev"]) if r.random() < 0.08 + 0.2 * unseen else title
    return {
        "Survived": int(r.random() < (0.7 if sex == "female" else 0.2)),
        "Pclass": r.randint(1, 3),
        "Name": r.choice(["Ashe", "Bell", "O'Brien", "van Dyk", "Åberg"]) + ", " + title + ". " + r.choice(["Ada", "John", "Mary (Rose)", "Per"]),
        "Sex": sex,
        "Age": maybe(r, r.choice([0.75, 4, 15, 22, 29.5, 38, 54, 71])),
        "SibSp": r.choice([0, 0, 0, 1, 1, 4]),
        "Parch": r.choice([0, 0, 0, 1, 2]),
        "Fare": maybe(r, round(r.choice([7.25, 13.0, 30.5, 80.0, 512.33]) + r.random(), 4), 0.05),
        "Cabin": maybe(r, r.choice("ABCDE") + str(r.randint(1, 120)), 0.6),
        "Embarked": maybe(r, r.choice(["S", "S", "C", "Q"]), 0.1),
    }


def house_prices(r, unseen):
    place = r.choice(["NAmes", "OldTown", "Gilbert"] + ["Veenker"] * unseen)
    area = r.randint(700, 2600)
    return {
        "LotArea": r.randint(2000, 20000),
        "LotFrontage": maybe(r, r.randint(30, 120), 0.3),
        "Neighborhood": place,
        "YearBuilt": r.randint(1890, 2008),
        "GrLivArea": area,
        "TotalBsmtSF": maybe(r, r.choice([0, 600, 850, 1200]), 0.1),
        "KitchenQual": r.choice(["Ex", "Gd", "TA", "TA", "Fa"] + ["NA"] * unseen),
        "CentralAir": r.choice("YYYN"),
        "YrSold": r.randint(2006, 2010),
        "SalePrice": area * r.randint(70, 130),
    }


def ad_clicks(r, unseen):
    return {
        "clicked": int(r.random() < 0.25),
        "int_1": maybe(r, r.choice([0, 1, 2, 3, 17, 250]), 0.3),
        "int_2": maybe(r, r.choice([-2, -1, 0, 4, 90, 8000])),
        "int_3": maybe(r, r.randint(0, 50), 0.4),
        "cat_1": maybe(r, "%08x" % r.choice([0x68FD1E64, 0x05DB9164, 0x8CF07265]), 0.1),
        "cat_2": maybe(r, "%08x" % r.choice([0x80E26C9B, 0x38A947A1] + [0x1234ABCD] * unseen), 0.1),
        "cat_3": maybe(r, r.choice(["fb936136", "7e0ccccf", "de7995b8", "1f89b562", "a73ee510"]), 0.2),
    }


def wide_deep(r, unseen):
    work = r.choice(["Sales", "Craft-repair", "Exec-managerial", "Tech-support"] + ["Armed-Forces"] * unseen)
    return {"age": r.randint(17, 70), "hours": r.randint(10, 60), "education": r.choice(["HS-grad", "Bachelors", "Masters"]),
            "occupation": work, "income": ">50K" if (work == "Exec-managerial") != (r.random() < 0.2) else "<=50K"}


def news(r, unseen):
    topic = r.choice(["sport", "science", "city"])
    own = {"sport": ["cup final", "Coach", "goal!"], "science": ["Café-Studie", "moon rock", "DNA"], "city": ["bridge", "tram strike", "Mayor's"]}[topic]
    words = [r.choice(own + ["new", "The", "after", "says", "https://example.org/a?b=1"] + ["ÉTÉ", "unheard"] * unseen) for _ in range(r.choice([0, 2, 4, 7]))]
    return {"title": r.choice([" ", ", ", " - "]).join(words), "topic": topic}


def keras_layers(r, unseen):
    colors = ["red", "green", "green", "blue"] + ["Blue"] * unseen
    text = [r.choice(["A box,", "of", "green", "tea;", "it's", "fresh", "(new!)", "HOT"] + ["stale"] * unseen) for _ in range(r.choice([0, 2, 5, 9]))]
    return {"weight": [round(r.gauss(5, 2), 2), round(r.gauss(300, 40))], "size": r.randint(0, 255), "color": r.choice(colors),
            "stars": r.randint(1, 5 + unseen), "tags": r.sample(["new", "sale", "eco", "gift", "old"] + ["odd"] * unseen, r.randint(0, 3)),
            "text": " ".join(text)}


RECIPES = {
    "taxi": (taxi, table, 60), "penguin": (penguin, table, 40), "mnist": (mnist, records, 8), "cifar10": (cifar10, records, 6),
    "imdb": (imdb, lines, 30), "census": (census, table, 60), "sentiment": (sentiment, lines, 30), "ranking": (ranking, lines, 25),
    "recommender": (recommender, table, 40), "bert": (bert, table, 12), "titanic": (titanic, table, 50),
    "house_prices": (house_prices, table, 40), "ad_clicks": (ad_clicks, table, 60), "wide_deep": (wide_deep, table, 50),
    "next_page": (next_page, table, 40), "flights": (flights, table, 50), "sensors": (sensors, lines, 30),
    "store_sales": (store_sales, table, 40), "pictures": (pictures, records, 6), "sessions": (sessions, lines, 30), "news": (news, lines, 25), "keras_layers": (keras_layers, lines, 30),
}


def main(names):
    for name in names or RECIPES:
        row, write, count = RECIPES[name]
        for part, unseen, n in (("train", 0, count), ("eval", 1, max(3, count // 4))):
            r = random.Random(f"{name} {part}")
            write(os.path.join(HERE, name, part), [row(r, unseen) for _ in range(n)])


if __name__ == "__main__":
    main(sys.argv[1:])
