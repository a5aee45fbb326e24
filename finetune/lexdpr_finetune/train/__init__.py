"""Training encoders and rerankers by the libraries' own trainers; a file a thing."""

from lexdpr_finetune.train.adapter_options import AdapterOptions
from lexdpr_finetune.train.bi_encoder import train_bi_encoder
from lexdpr_finetune.train.encoder_recipe import EncoderRecipe
from lexdpr_finetune.train.error import TrainError
from lexdpr_finetune.train.examples import Example, examples_of, read_examples
from lexdpr_finetune.train.loss_options import LossOptions
from lexdpr_finetune.train.pretrain import pretrain
from lexdpr_finetune.train.pretrain_recipe import PretrainRecipe, SmallModel
from lexdpr_finetune.train.reranker import train_reranker
from lexdpr_finetune.train.reranker_recipe import RankLoss, RerankerRecipe
from lexdpr_finetune.train.run_options import RunOptions

__all__ = [
    "AdapterOptions",
    "EncoderRecipe",
    "Example",
    "LossOptions",
    "PretrainRecipe",
    "RankLoss",
    "RerankerRecipe",
    "RunOptions",
    "SmallModel",
    "TrainError",
    "examples_of",
    "pretrain",
    "read_examples",
    "train_bi_encoder",
    "train_reranker",
]
