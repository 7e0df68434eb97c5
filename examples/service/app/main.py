"""The service: POST /score."""

import os

from confluent_kafka import Producer
from fastapi import FastAPI
from pydantic import BaseModel

from app import model

app = FastAPI(title="Score", version=os.environ.get("GIT_SHA", "unknown"))
producer = Producer({"bootstrap.servers": os.environ.get("KAFKA", "localhost:9092")})
unusual = model.train()


class Order(BaseModel):
    """An order, as the shop sends it."""

    id: str
    total: float
    items: int


@app.get("/healthz")
def healthz() -> dict[str, str]:
    """Say that the service is up."""
    return {"status": "ok"}


@app.post("/score")
def score(order: Order) -> dict[str, float]:
    """Answer with how unusual an order is, from 0 (like the others) to 1."""
    result = unusual(order.total, order.items)
    producer.produce("scores", key=order.id, value=f"{result:.3f}")
    producer.poll(0)
    return {"score": result}
