/** Made by "jlpm api" of what the backend says of itself; do not change it by hand. */
export interface paths {
  '/attention': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Attention maps of a text, for just the layers, heads, rows and columns asked for */
    post: operations['attention'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/attribute': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** How much each token adds to one output */
    post: operations['attribute'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/baseline': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** How far a linear head on frozen sentence vectors comes */
    post: operations['baseline'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/cards/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** A model's card */
    get: operations['model_card'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/check': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** What labelled texts are, and what to mend before a training */
    post: operations['check'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/compare': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** How far the heads differ between two texts or two models */
    post: operations['compare'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/count-tokens': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** How long texts are, without their tokens */
    post: operations['count_tokens'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/cross-validate': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Start to train once for each fold, on all others */
    post: operations['cross_validate'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/default-model': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** What new notebooks begin with */
    post: operations['set_default'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/effect': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** What the model says with tokens masked and heads switched off */
    post: operations['effect'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/embed': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** A vector for each text */
    post: operations['embed'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/evaluate': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** How good a classifier is on labelled texts */
    post: operations['evaluate'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/events': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** A snapshot of models and jobs whenever one changes, for a sidebar */
    get: operations['snapshots'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/fill-mask': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** The likeliest tokens for each mask of a text */
    post: operations['fill_mask'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/fit': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Start to fine-tune a model; the answer is the job */
    post: operations['fit'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/fit-report': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** How a training went, and how good its model is */
    post: operations['fit_report'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/flow': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Attention followed through the layers: rollout or flow */
    post: operations['flow'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/head-importance': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** How much the loss of some texts depends on each head */
    post: operations['head_importance'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/head-statistics': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** What each head looks at: entropy, distance, shares */
    post: operations['head_statistics'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/health': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Say that the backend lives; needs no token */
    get: operations['health'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/hub/models': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Models that can be downloaded: without a query a list that needs no network */
    get: operations['hub_models'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/hub/models/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What a download would fetch */
    get: operations['download_plan'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/jobs': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** All jobs, newest first */
    get: operations['jobs'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/jobs/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One job */
    get: operations['job'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/jobs/{id}/events': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** A job's history, then its events as they come */
    get: operations['events'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/jobs/{id}/pause': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Pause at the next safe point */
    post: operations['pause'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/jobs/{id}/resume': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Go on with a paused, stopped or interrupted job */
    post: operations['resume'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/jobs/{id}/stop': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** End cleanly; keep the best so far */
    post: operations['stop'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/judged-rows': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Validation rows of a training with the model's answers, the worst first */
    post: operations['judged_rows'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/learning-curve': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Start to train on more and more of the rows */
    post: operations['learning_curve'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/memory-budget': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** What loaded weights may take, until the backend ends */
    post: operations['set_memory_budget'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/models': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** All models of the catalogue */
    get: operations['models'];
    put?: never;
    /** Add a checkpoint folder to the catalogue */
    post: operations['register'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/models/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One model of the catalogue */
    get: operations['model'];
    put?: never;
    post?: never;
    /** Delete a model's files; refused while it is in memory or a job works with it */
    delete: operations['delete'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/models/{id}/download': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Start the download of a hub model; the answer is the job */
    post: operations['download'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/models/{id}/export': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Start to export a model for other runtimes; the answer is the job */
    post: operations['export'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/models/{id}/load': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Bring a model into memory; at once when it is there already */
    post: operations['load'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/models/{id}/push': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Start to upload a model to the hub; the answer is the job */
    post: operations['push'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/models/{id}/rename': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Another name for a fine-tuned model or a registered folder */
    post: operations['rename'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/models/{id}/unload': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Take a model out of memory; nothing happens when it is not there */
    post: operations['unload'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/neurons': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** The vectors behind one row of one head */
    post: operations['neurons'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/predict': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Classify texts */
    post: operations['predict'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/rouge': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** How much texts have in common with references */
    post: operations['rouge'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/runs': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Trainings beside each other */
    post: operations['runs'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/similar': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Cosine similarities of two lists of texts */
    post: operations['similar'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/status': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Version, memory, loaded models, queue, jobs and limits */
    get: operations['status'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/study': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** What a study has found; while it runs, the trainings that have ended */
    post: operations['study'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/summarize': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Choose the sentences that say the most, or let a model write a summary */
    post: operations['summarize'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/sweep': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Start to train with several learning rates within a time */
    post: operations['sweep'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/tokenize': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Cut texts into tokens, as the model sees them */
    post: operations['tokenize'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/trash': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What was deleted and can be brought back, the newest first */
    get: operations['deleted'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/trash/{id}/restore': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Bring back what was set aside */
    post: operations['restore'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/trash/empty': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Delete for good what was set aside */
    post: operations['empty_trash'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}
export type webhooks = Record<string, never>;
export interface components {
  schemas: {
    /**
     * AttentionAnswer
     * @description Attention maps: `probability = weights * scale`.
     */
    AttentionAnswer: {
      /**
       * Columns
       * @description Which key tokens lie along the fourth axis, from 0.
       */
      columns: number[];
      /** Engine */
      engine: string;
      /**
       * Heads
       * @description Which heads lie along the second axis, from 0.
       */
      heads: number[];
      /**
       * Kind
       * @description `encoder`, `decoder` or `cross`.
       */
      kind: string;
      /** Kinds */
      kinds: string[];
      /**
       * Layers
       * @description Which layers lie along the first axis, from 0.
       */
      layers: number[];
      /** Notes */
      notes: string[];
      /** Num Heads */
      num_heads: number;
      /** Num Layers */
      num_layers: number;
      /**
       * Pool
       * @description 0, or the extent the maps were max-pooled to.
       */
      pool: number;
      /** @description Where the queries are other tokens than the keys. */
      query_tokens: components['schemas']['TokensAnswer'] | null;
      /**
       * Rows
       * @description Which query tokens lie along the third axis, from 0.
       */
      rows: number[];
      /**
       * Scale
       * @description (layers, heads); ones unless quantized.
       */
      scale: number[][];
      tokens: components['schemas']['TokensAnswer'];
      /**
       * Weights
       * @description (layers, heads, queries, keys)
       */
      weights: number[][][][];
    };
    /**
     * AttentionFlowAnswer
     * @description How much of each input token arrives at tokens of higher layers.
     */
    AttentionFlowAnswer: {
      /** Engine */
      engine: string;
      /** Layers */
      layers: number[];
      /** Method */
      method: string;
      /** Notes */
      notes: string[];
      /** Rows */
      rows: number[];
      tokens: components['schemas']['TokensAnswer'];
      /**
       * Weights
       * @description (layers, rows, tokens); each row sums to 1.
       */
      weights: number[][][];
    };
    /**
     * AttentionRequest
     * @description A text whose attention maps are asked for.
     * @example {
     *       "heads": [
     *         0,
     *         1
     *       ],
     *       "layers": [
     *         0
     *       ],
     *       "text": "The cat sat on the mat."
     *     }
     */
    AttentionRequest: {
      /**
       * Ablate
       * @description Heads switched off meanwhile, as [layer, head] from 0.
       */
      ablate?: number[][] | null;
      /**
       * Columns
       * @description Key tokens; null means all.
       */
      columns?: number[] | null;
      /**
       * Heads
       * @description From 0, negative from the end; null means all.
       */
      heads?: number[] | null;
      /**
       * Layers
       * @description From 0, negative from the end; null means all.
       */
      layers?: number[] | null;
      /**
       * Model
       * @description Id of a model of GET /models; null is the backend's default, `starter`.
       */
      model?: string | null;
      /**
       * Pair
       * @description The second segment.
       */
      pair?: string | null;
      /**
       * Pool
       * @description Max-pool each map to at most pool × pool cells, such as 64.
       */
      pool?: number | null;
      /**
       * Quantized
       * @description uint8 with a scale for each head instead of float32.
       * @default false
       */
      quantized?: boolean;
      /**
       * Rows
       * @description Query tokens; null means all.
       */
      rows?: number[] | null;
      /** Text */
      text: string;
      /**
       * Weight
       * @description "probability" or "value_norm" (Kobayashi et al. 2020).
       * @default probability
       */
      weight?: string;
    };
    /**
     * AttributeRequest
     * @description A text whose tokens are scored for one output.
     * @example {
     *       "model": "reviews",
     *       "target": "positive",
     *       "text": "A wonderful film."
     *     }
     */
    AttributeRequest: {
      /**
       * Method
       * @description "integrated_gradients", "gradient" or "occlusion".
       * @default integrated_gradients
       */
      method?: string;
      /**
       * Model
       * @description Id of a model of GET /models; null is the backend's default, `starter`.
       */
      model?: string | null;
      /**
       * Pair
       * @description The second segment.
       */
      pair?: string | null;
      /**
       * Steps
       * @description Of the integral, 1 to 500.
       * @default 50
       */
      steps?: number;
      /**
       * Target
       * @description Class, or token for the first mask; null: the likeliest.
       */
      target?: string | null;
      /** Text */
      text: string;
    };
    /**
     * AttributionAnswer
     * @description Scores of the tokens for one output.
     */
    AttributionAnswer: {
      /** Baseline */
      baseline: number;
      /**
       * Delta
       * @description Convergence delta; null for methods that promise no completeness.
       */
      delta: number | null;
      /** Method */
      method: string;
      /** Output */
      output: number;
      /** Scores */
      scores: number[];
      /** Target */
      target: string;
      /** Targets */
      targets: string[];
      tokens: components['schemas']['TokensAnswer'];
    };
    /**
     * BaselineReportAnswer
     * @description A linear head on frozen sentence vectors, cross-validated.
     */
    BaselineReportAnswer: {
      check: components['schemas']['DataCheckAnswer'];
      /**
       * Doubtful
       * @description Most doubtful first, at most 200.
       */
      doubtful: components['schemas']['DoubtfulLabelAnswer'][];
      /** Doubtful Count */
      doubtful_count: number;
      /** @description Each row by a head that has not seen it. */
      evaluation: components['schemas']['EvaluationAnswer'];
      /** @description On the validation's rows. */
      held_out: components['schemas']['EvaluationAnswer'] | null;
      /** Model */
      model: string;
      /** Notes */
      notes: string[];
      /** Precision */
      precision: string;
      /**
       * Rows
       * @description How many were used.
       */
      rows: number;
      /**
       * Scores
       * @description The primary metric in each fold.
       */
      scores: number[];
      /** Seconds */
      seconds: number;
    };
    /**
     * BaselineRequest
     * @description Labelled texts for a linear head on frozen sentence vectors.
     * @example {
     *       "data": {
     *         "labels": [
     *           "good",
     *           "bad",
     *           "good",
     *           "bad"
     *         ],
     *         "texts": [
     *           "Good.",
     *           "Bad.",
     *           "Very good.",
     *           "Very bad."
     *         ]
     *       },
     *       "folds": 2
     *     }
     */
    BaselineRequest: {
      data: components['schemas']['LabelledBody'];
      /**
       * Drop Incomplete
       * @description Leave out rows without text or label.
       * @default false
       */
      drop_incomplete?: boolean;
      /**
       * Folds
       * @description Of the cross-validation.
       * @default 5
       */
      folds?: number;
      /**
       * Model
       * @description Id of a model of GET /models; null is the backend's default, `starter`.
       */
      model?: string | null;
      /**
       * Seed
       * @description The same seed, the same folds.
       * @default 0
       */
      seed?: number;
      /** @description Other rows to judge it on, too. */
      validation?: components['schemas']['LabelledBody'] | null;
    };
    /**
     * BudgetRequest
     * @description What loaded weights may take.
     * @example {
     *       "budget": 4000000000
     *     }
     */
    BudgetRequest: {
      /**
       * Budget
       * @description Bytes; null is the usual half of the machine's memory.
       */
      budget: number | null;
    };
    /**
     * CalibrationAnswer
     * @description Confidence and accuracy in ten bins.
     */
    CalibrationAnswer: {
      /** Accuracy */
      accuracy: number[];
      /** Confidence */
      confidence: number[];
      /** Count */
      count: number[];
      /**
       * Error
       * @description Expected calibration error.
       */
      error: number;
      /** Error At Temperature */
      error_at_temperature: number;
      /**
       * Temperature
       * @description Logits divided by this have the least log loss.
       */
      temperature: number;
    };
    /**
     * CardAnswer
     * @description A model's card.
     */
    CardAnswer: {
      /** Model */
      model: string;
      /**
       * Page
       * @description Where the hub shows it; may be empty.
       */
      page: string;
      /**
       * Text
       * @description Markdown as its author wrote it; sanitise what you show.
       */
      text: string;
    };
    /**
     * CheckRequest
     * @description Labelled texts to look through before a training.
     * @example {
     *       "data": {
     *         "labels": [
     *           "good",
     *           "bad"
     *         ],
     *         "texts": [
     *           "A wonderful film.",
     *           "A waste of time."
     *         ]
     *       }
     *     }
     */
    CheckRequest: {
      data: components['schemas']['LabelledBody'];
      /**
       * Drop Incomplete
       * @description Rows without text or label are left out: no error.
       * @default false
       */
      drop_incomplete?: boolean;
      /**
       * Max Length
       * @description Tokens at which texts will be cut.
       */
      max_length?: number | null;
      /**
       * Model
       * @description Id of a model of GET /models; null is the backend's default, `starter`.
       */
      model?: string | null;
      /** @description Rows that a model will be judged on. */
      validation?: components['schemas']['LabelledBody'] | null;
    };
    /**
     * CompareRequest
     * @description Two texts, or two models, whose heads are compared.
     * @example {
     *       "other": "The dog sat on the mat.",
     *       "text": "The cat sat on the mat."
     *     }
     */
    CompareRequest: {
      /**
       * Model
       * @description Id of a model of GET /models; null is the backend's default, `starter`.
       */
      model?: string | null;
      /**
       * Other
       * @description The second text; null is the first.
       */
      other?: string | null;
      /**
       * Other Model
       * @description Id of the second model; null is the first.
       */
      other_model?: string | null;
      /**
       * Pair
       * @description The second segment.
       */
      pair?: string | null;
      /**
       * Special Tokens
       * @description "show", "hide" or "renormalize".
       * @default show
       */
      special_tokens?: string;
      /** Text */
      text: string;
      /**
       * Words
       * @description Compare words instead of pieces.
       * @default false
       */
      words?: boolean;
    };
    /**
     * ComparisonAnswer
     * @description Two readings side by side.
     */
    ComparisonAnswer: {
      /**
       * Changes
       * @description Of each unit: `same`, `changed`, `removed` or `inserted`.
       */
      changes: string[];
      /**
       * Distances
       * @description (layers, heads): mean total variation distance of rows, 0 to 1.
       */
      distances: number[][];
      /** Notes */
      notes: string[];
      other_tokens: components['schemas']['TokensAnswer'];
      /** Other Units */
      other_units: number[];
      tokens: components['schemas']['TokensAnswer'];
      /**
       * Units
       * @description The unit of each token; -1 where it is left out.
       */
      units: number[];
    };
    /**
     * CountTokensRequest
     * @description Texts whose lengths are asked for.
     * @example {
     *       "texts": [
     *         "a cat",
     *         "一只猫"
     *       ]
     *     }
     */
    CountTokensRequest: {
      /**
       * Max Length
       * @description Tokens; replaces the model's own limit.
       */
      max_length?: number | null;
      /**
       * Model
       * @description Id of a model of GET /models; null is the backend's default, `starter`.
       */
      model?: string | null;
      /** Texts */
      texts: string | string[];
    };
    /**
     * CrossValidateRequest
     * @description Labelled texts to cross-validate a training on.
     * @example {
     *       "data": {
     *         "labels": [
     *           "good",
     *           "bad",
     *           "good",
     *           "bad",
     *           "good",
     *           "bad",
     *           "good",
     *           "bad",
     *           "good",
     *           "bad",
     *           "good",
     *           "bad",
     *           "good",
     *           "bad",
     *           "good",
     *           "bad",
     *           "good",
     *           "bad",
     *           "good",
     *           "bad",
     *           "good",
     *           "bad",
     *           "good",
     *           "bad",
     *           "good",
     *           "bad",
     *           "good",
     *           "bad",
     *           "good",
     *           "bad",
     *           "good",
     *           "bad",
     *           "good",
     *           "bad",
     *           "good",
     *           "bad",
     *           "good",
     *           "bad",
     *           "good",
     *           "bad"
     *         ],
     *         "texts": [
     *           "Good.",
     *           "Bad.",
     *           "Good.",
     *           "Bad.",
     *           "Good.",
     *           "Bad.",
     *           "Good.",
     *           "Bad.",
     *           "Good.",
     *           "Bad.",
     *           "Good.",
     *           "Bad.",
     *           "Good.",
     *           "Bad.",
     *           "Good.",
     *           "Bad.",
     *           "Good.",
     *           "Bad.",
     *           "Good.",
     *           "Bad.",
     *           "Good.",
     *           "Bad.",
     *           "Good.",
     *           "Bad.",
     *           "Good.",
     *           "Bad.",
     *           "Good.",
     *           "Bad.",
     *           "Good.",
     *           "Bad.",
     *           "Good.",
     *           "Bad.",
     *           "Good.",
     *           "Bad.",
     *           "Good.",
     *           "Bad.",
     *           "Good.",
     *           "Bad.",
     *           "Good.",
     *           "Bad."
     *         ]
     *       },
     *       "folds": 3,
     *       "settings": {
     *         "epochs": 2
     *       }
     *     }
     */
    CrossValidateRequest: {
      data: components['schemas']['LabelledBody'];
      /**
       * Drop Incomplete
       * @description Leave out rows without text or label.
       * @default false
       */
      drop_incomplete?: boolean;
      /**
       * Folds
       * @description Each is judged by a model that has not seen it.
       * @default 5
       */
      folds?: number;
      /**
       * Model
       * @description Id of a model of GET /models; null is the backend's default, `starter`.
       */
      model?: string | null;
      /**
       * Repeats
       * @description How often the rows are dealt anew.
       * @default 1
       */
      repeats?: number;
      /**
       * Settings
       * @description As in a fit.
       * @default {}
       */
      settings?: {
        [key: string]: unknown;
      };
      /**
       * Validation
       * @description Share of each training's rows that chooses its best step.
       * @default 0.1
       */
      validation?: number;
    };
    /**
     * CurveAnswer
     * @description ROC and precision-recall of one class, at most 200 points each.
     */
    CurveAnswer: {
      /** Average Precision */
      average_precision: number;
      /** False Positive Rate */
      false_positive_rate: number[];
      /** Label */
      label: string;
      /** Pr Thresholds */
      pr_thresholds: number[];
      /** Precision */
      precision: number[];
      /** Recall */
      recall: number[];
      /** Roc Auc */
      roc_auc: number;
      /** Roc Thresholds */
      roc_thresholds: number[];
      /** True Positive Rate */
      true_positive_rate: number[];
    };
    /**
     * DataCheckAnswer
     * @description What there is to know of labelled texts before a training.
     */
    DataCheckAnswer: {
      /**
       * Columns
       * @description As they were sent.
       */
      columns: {
        [key: string]: unknown;
      };
      /**
       * Findings
       * @description Errors first.
       */
      findings: components['schemas']['FindingAnswer'][];
      /**
       * Label Counts
       * @description Rows that have each label.
       */
      label_counts: number[];
      /** Label Names */
      label_names: string[];
      /**
       * Max Length
       * @description Tokens at which texts are cut; 0 for no limit.
       */
      max_length: number;
      /** Model */
      model: string;
      /**
       * Notes
       * @description What was guessed.
       */
      notes: string[];
      /** Rows */
      rows: number;
      /**
       * Task
       * @description `single_label`, `multi_label`, `regression`, `summary` or `extract`.
       */
      task: string;
      /**
       * Values
       * @description Of a regression: least, mean and largest label.
       */
      values: number[];
    };
    /**
     * DefaultRequest
     * @description What new notebooks begin with.
     * @example {
     *       "model": "run:reviews"
     *     }
     */
    DefaultRequest: {
      /**
       * Model
       * @description Id of a model of the catalogue.
       */
      model: string;
    };
    /**
     * DeletedAnswer
     * @description A model that was deleted.
     */
    DeletedAnswer: {
      /**
       * Bytes
       * @description That are free again; of what is set aside, once the trash is emptied.
       */
      bytes: number;
      /**
       * Id
       * @description For `/trash/{id}/restore`; empty when it is gone for good.
       */
      id: string;
      /** Model */
      model: string;
      /**
       * Revision
       * @description Empty for the whole model.
       */
      revision: string;
      /**
       * Time
       * @description Seconds since the epoch.
       */
      time: number;
    };
    /**
     * DoubtfulLabelAnswer
     * @description A row whose label the other rows speak against.
     */
    DoubtfulLabelAnswer: {
      /**
       * Doubt
       * @description 0 to 1; of a regression in robust standard deviations.
       */
      doubt: number;
      /** Given */
      given: string;
      /**
       * Row
       * @description As the request's index names it.
       */
      row: string | number | boolean | null | (string | number | boolean | null)[];
      /** Suggested */
      suggested: string;
      /** Text */
      text: string;
    };
    /**
     * DownloadPlanAnswer
     * @description What a download would fetch.
     */
    DownloadPlanAnswer: {
      /**
       * Bytes Free
       * @description Of the disk that it goes to.
       */
      bytes_free: number;
      /**
       * Bytes Missing
       * @description Of what is not here yet.
       */
      bytes_missing: number;
      /** Bytes Total */
      bytes_total: number;
      /**
       * Files
       * @description Names and bytes.
       */
      files: [string, number][];
      /** Folder */
      folder: string;
      /** Languages */
      languages: string[];
      /** Licence */
      licence: string;
      /** Model */
      model: string;
      /** Model Type */
      model_type: string;
      /**
       * Revision
       * @description The commit.
       */
      revision: string;
      /** Task */
      task: string;
    };
    /**
     * DownloadRequest
     * @description Which revision of a hub model to fetch.
     * @example {
     *       "revision": "main"
     *     }
     */
    DownloadRequest: {
      /**
       * Revision
       * @description Branch, tag or commit on the hub; null is its main branch.
       */
      revision?: string | null;
    };
    /**
     * EffectAnswer
     * @description What a model says with tokens masked and heads switched off.
     */
    EffectAnswer: {
      /** Ablated */
      ablated: number[][];
      /** Masked */
      masked: number[];
      /**
       * Problem Type
       * @description `fill_mask`, `single_label`, `multi_label` or `regression`.
       */
      problem_type: string;
      tokens: components['schemas']['TokensAnswer'];
      /** Verdicts */
      verdicts: components['schemas']['VerdictAnswer'][];
    };
    /**
     * EffectRequest
     * @description A text in which tokens are masked, and a model whose heads are switched off.
     * @example {
     *       "ablate": [
     *         [
     *           0,
     *           1
     *         ]
     *       ],
     *       "mask": [
     *         2
     *       ],
     *       "model": "reviews",
     *       "text": "A wonderful film."
     *     }
     */
    EffectRequest: {
      /**
       * Ablate
       * @description Heads switched off meanwhile, as [layer, head] from 0.
       */
      ablate?: number[][] | null;
      /**
       * Mask
       * @description Positions of tokens that are masked meanwhile, from 0.
       */
      mask?: number[] | null;
      /**
       * Model
       * @description Id of a model of GET /models; null is the backend's default, `starter`.
       */
      model?: string | null;
      /**
       * Pair
       * @description The second segment.
       */
      pair?: string | null;
      /** Text */
      text: string;
      /**
       * Top K
       * @description Candidates for each mask.
       * @default 5
       */
      top_k?: number;
    };
    /**
     * EmbeddingsAnswer
     * @description A vector for each text.
     */
    EmbeddingsAnswer: {
      /**
       * Agreement
       * @description Of int8 with float32, on a sample of the texts; else null.
       */
      agreement: number | null;
      /**
       * Engine
       * @description `torch` or `onnxruntime`.
       */
      engine: string;
      /** Max Length */
      max_length: number;
      /** Model */
      model: string;
      /** Normalized */
      normalized: boolean;
      /**
       * Notes
       * @description What to know of how it was computed.
       */
      notes: string[];
      /** Pooling */
      pooling: string;
      /**
       * Precision
       * @description `float32`, `bfloat16`, `float16` or `int8`.
       */
      precision: string;
      /** Texts */
      texts: string[];
      /**
       * Tokens
       * @description Of each text, special ones and those that were not read among them.
       */
      tokens: number[];
      /**
       * Truncated
       * @description The text was longer than max_length; only its beginning was read.
       */
      truncated: boolean[];
      /**
       * Vectors
       * @description (texts, hidden)
       */
      vectors: (number | null)[][];
    };
    /**
     * EmbedRequest
     * @description Texts whose vectors are asked for.
     * @example {
     *       "texts": [
     *         "a cat",
     *         "一只猫"
     *       ]
     *     }
     */
    EmbedRequest: {
      /**
       * Model
       * @description Id of a model of GET /models; null is the backend's default, `starter`.
       */
      model?: string | null;
      /**
       * Normalize
       * @description Make each vector's length 1.
       * @default true
       */
      normalize?: boolean;
      /**
       * Pooling
       * @description "mean", "cls" or "max".
       * @default mean
       */
      pooling?: string;
      /**
       * Precision
       * @description "float32", "bfloat16", "float16" or "int8"; null: as the model is loaded.
       */
      precision?: string | null;
      /** Texts */
      texts: string | string[];
    };
    /**
     * EmptyTrashRequest
     * @description What is deleted for good.
     * @example {}
     */
    EmptyTrashRequest: {
      /**
       * Ids
       * @description Of `/trash`; null is all.
       */
      ids?: string[] | null;
    };
    /**
     * ErrorAnswer
     * @description The one shape of every error.
     */
    ErrorAnswer: {
      error: components['schemas']['ErrorBody'];
    };
    /**
     * ErrorBody
     * @description What went wrong, for programs and for people.
     */
    ErrorBody: {
      /**
       * Code
       * @description For programs.
       * @example model_not_found
       */
      code: string;
      /**
       * Details
       * @description Facts for programs: limits, ids, fields.
       */
      details: {
        [key: string]: unknown;
      };
      /**
       * Hint
       * @description What to do instead; may be empty.
       */
      hint: string;
      /**
       * Message
       * @description What was wrong, with the offending value, as one sentence.
       */
      message: string;
    };
    /**
     * EvaluateRequest
     * @description Labelled texts to judge a classifier on.
     * @example {
     *       "data": {
     *         "labels": [
     *           "positive",
     *           "negative"
     *         ],
     *         "texts": [
     *           "Good.",
     *           "Bad."
     *         ]
     *       },
     *       "model": "run:reviews"
     *     }
     */
    EvaluateRequest: {
      data: components['schemas']['LabelledBody'];
      /**
       * Drop Incomplete
       * @description Leave out rows without text or label.
       * @default false
       */
      drop_incomplete?: boolean;
      /**
       * Model
       * @description Id of a model of GET /models; null is the backend's default, `starter`.
       */
      model?: string | null;
      /**
       * Task
       * @description What the labels mean; `auto` is the model's own task.
       * @default auto
       */
      task?: string;
    };
    /**
     * EvaluationAnswer
     * @description How answers compare with the truth.
     */
    EvaluationAnswer: {
      calibration: components['schemas']['CalibrationAnswer'] | null;
      /**
       * Confusion
       * @description (classes, classes) truth × answer; several labels: (classes, 2, 2).
       */
      confusion: (number[] | number[][])[];
      /** Curves */
      curves: components['schemas']['CurveAnswer'][];
      /** F1 */
      f1: number[];
      /** Label Names */
      label_names: string[];
      /** Metrics */
      metrics: {
        [key: string]: number;
      };
      /**
       * Points
       * @description Of a regression: truth and answer of at most 500 rows.
       */
      points: number[][];
      /**
       * Precision
       * @description One a class, as in the next three.
       */
      precision: number[];
      /**
       * Primary
       * @description Name of the metric that models are compared by; greater is better.
       */
      primary: string;
      /** Recall */
      recall: number[];
      /** Rows */
      rows: number;
      /** Support */
      support: number[];
      /** Task */
      task: string;
    };
    /**
     * EvictionAnswer
     * @description A model that left memory by itself.
     */
    EvictionAnswer: {
      /** Bytes */
      bytes: number;
      /** Model */
      model: string;
      /**
       * Reason
       * @description The model that needed the room; empty when the budget was lowered.
       */
      reason: string;
      /**
       * Time
       * @description Seconds since the epoch.
       */
      time: number;
    };
    /**
     * ExportRequest
     * @description How a model is exported.
     * @example {
     *       "format": "onnx",
     *       "precision": "float32"
     *     }
     */
    ExportRequest: {
      /**
       * Format
       * @description "onnx".
       * @default onnx
       */
      format?: string;
      /**
       * Precision
       * @description "float32", "float16" or "int8".
       * @default float32
       */
      precision?: string;
    };
    /**
     * FillMaskRequest
     * @description A text with masks to fill.
     * @example {
     *       "model": "google-bert/bert-base-uncased",
     *       "text": "Paris is the [MASK] of France.",
     *       "top_k": 3
     *     }
     */
    FillMaskRequest: {
      /**
       * Ablate
       * @description Heads switched off meanwhile, as [layer, head] from 0.
       */
      ablate?: number[][] | null;
      /**
       * Model
       * @description Id of a model of GET /models; null is the backend's default, `starter`.
       */
      model?: string | null;
      /**
       * Precision
       * @description "float32", "bfloat16", "float16" or "int8"; null: as the model is loaded.
       */
      precision?: string | null;
      /**
       * Text
       * @description With the model's mask token, such as [MASK], where a word is missing.
       */
      text: string;
      /**
       * Top K
       * @description Candidates for each mask.
       * @default 5
       */
      top_k?: number;
    };
    /**
     * FindingAnswer
     * @description Something to know of the data.
     */
    FindingAnswer: {
      /**
       * Code
       * @example missing_label
       */
      code: string;
      /**
       * Count
       * @description Rows, or classes, that it is true of.
       */
      count: number;
      /**
       * Hint
       * @description What to do; may be empty.
       */
      hint: string;
      /**
       * Level
       * @description `error`, `warning` or `note`.
       */
      level: string;
      /** Message */
      message: string;
      /**
       * Rows
       * @description The first 20 of them, as the request's index names them.
       */
      rows: (string | number | boolean | null | (string | number | boolean | null)[])[];
    };
    /**
     * FitReportAnswer
     * @description A training run and the model it made.
     */
    FitReportAnswer: {
      /**
       * Base
       * @description The model that it began as.
       */
      base: string;
      /** Best Step */
      best_step: number;
      /**
       * Created
       * @description Seconds since the epoch.
       */
      created: number;
      /** Epochs */
      epochs: number;
      /** @description Null for summaries. */
      evaluation: components['schemas']['EvaluationAnswer'] | null;
      /**
       * History
       * @description step, epoch, loss, learning_rate; eval_loss, eval_NAME.
       */
      history: {
        [key: string]: number;
      }[];
      /** Job */
      job: string;
      /** Label Names */
      label_names: string[];
      /**
       * Metrics
       * @description On the validation rows.
       */
      metrics: {
        [key: string]: number;
      };
      /** Model */
      model: string;
      /**
       * Primary
       * @description The metric that chose the best step; greater is better.
       */
      primary: string;
      /** Seconds */
      seconds: number;
      /** Settings */
      settings: {
        [key: string]: unknown;
      };
      /**
       * Sha256
       * @description Of all rows with their targets.
       */
      sha256: string;
      /** Steps */
      steps: number;
      /** Task */
      task: string;
      /** Train Rows */
      train_rows: number;
      /** Validation Rows */
      validation_rows: number;
      /** Versions */
      versions: {
        [key: string]: string;
      };
    };
    /**
     * FitReportRequest
     * @description A model that was trained here.
     * @example {
     *       "model": "run:reviews"
     *     }
     */
    FitReportRequest: {
      /**
       * Model
       * @description Id of a model of GET /models; null is the backend's default, `starter`.
       */
      model?: string | null;
    };
    /**
     * FitRequest
     * @description Labelled texts to fine-tune a model on.
     * @example {
     *       "data": {
     *         "labels": [
     *           "good",
     *           "bad",
     *           "good",
     *           "bad"
     *         ],
     *         "texts": [
     *           "Good.",
     *           "Bad.",
     *           "Very good.",
     *           "Very bad."
     *         ]
     *       },
     *       "name": "reviews",
     *       "settings": {
     *         "epochs": 2
     *       },
     *       "validation": 0.5
     *     }
     */
    FitRequest: {
      data: components['schemas']['LabelledBody'];
      /**
       * Drop Incomplete
       * @description Leave out rows without text or label.
       * @default false
       */
      drop_incomplete?: boolean;
      /**
       * Model
       * @description Id of a model of GET /models; null is the backend's default, `starter`.
       */
      model?: string | null;
      /**
       * Name
       * @description The model will be `run:NAME`; null finds a free name.
       */
      name?: string | null;
      /**
       * Settings
       * @description method, epochs, learning_rate, batch_size, ….
       * @default {}
       */
      settings?: {
        [key: string]: unknown;
      };
      /**
       * Validation
       * @description A share of the rows, or rows of their own.
       * @default 0.1
       */
      validation?: components['schemas']['LabelledBody'] | number;
    };
    /**
     * FlowRequest
     * @description A text whose attention is followed through the layers.
     * @example {
     *       "layers": [
     *         -1
     *       ],
     *       "method": "rollout",
     *       "text": "The cat sat on the mat."
     *     }
     */
    FlowRequest: {
      /**
       * Heads
       * @description The mean of which heads; null means all.
       */
      heads?: number[] | null;
      /**
       * Layers
       * @description From 0, negative from the end; null means all.
       */
      layers?: number[] | null;
      /**
       * Method
       * @description "rollout" or "flow" (Abnar & Zuidema 2020).
       * @default rollout
       */
      method?: string;
      /**
       * Model
       * @description Id of a model of GET /models; null is the backend's default, `starter`.
       */
      model?: string | null;
      /**
       * Pair
       * @description The second segment.
       */
      pair?: string | null;
      /**
       * Rows
       * @description Into which tokens; null means all.
       */
      rows?: number[] | null;
      /**
       * Start
       * @description The layer whose input it begins at.
       * @default 0
       */
      start?: number;
      /** Text */
      text: string;
    };
    /**
     * FreedAnswer
     * @description What emptying the trash has freed.
     */
    FreedAnswer: {
      /** Bytes */
      bytes: number;
    };
    /**
     * HeadImportanceAnswer
     * @description How much the loss depends on each head.
     */
    HeadImportanceAnswer: {
      /** Model */
      model: string;
      /**
       * Raw
       * @description (layers, heads), not divided.
       */
      raw: number[][];
      /** Targets */
      targets: string[];
      /** Texts */
      texts: string[];
      /**
       * Values
       * @description (layers, heads), each layer divided by its length.
       */
      values: number[][];
    };
    /**
     * HeadImportanceRequest
     * @description Texts whose loss shows how much each head matters.
     * @example {
     *       "model": "reviews",
     *       "targets": [
     *         "positive"
     *       ],
     *       "texts": [
     *         "A wonderful film."
     *       ]
     *     }
     */
    HeadImportanceRequest: {
      /**
       * Mask
       * @description Positions of tokens that are masked meanwhile, from 0.
       */
      mask?: number[] | null;
      /**
       * Model
       * @description Id of a model of GET /models; null is the backend's default, `starter`.
       */
      model?: string | null;
      /**
       * Pair
       * @description The second segment: a text for a text, as many texts for a list.
       */
      pair?: string | string[] | null;
      /**
       * Targets
       * @description The true label of each text; null: the predicted.
       */
      targets?: string[] | null;
      /** Texts */
      texts: string | string[];
    };
    /**
     * HeadStatisticsAnswer
     * @description What each head looks at: means over all query tokens, each (layers, heads).
     */
    HeadStatisticsAnswer: {
      /**
       * Distance
       * @description In tokens.
       */
      distance: number[][];
      /** Engine */
      engine: string;
      /**
       * Entropy
       * @description In nats.
       */
      entropy: number[][];
      /** First */
      first: number[][];
      /** Next */
      next: number[][];
      /** Notes */
      notes: string[];
      /**
       * Previous
       * @description Share on the token before; so for the next five.
       */
      previous: number[][];
      /** Punctuation */
      punctuation: number[][];
      /** Same */
      same: number[][];
      /**
       * Separator
       * @description On special tokens but the first.
       */
      separator: number[][];
      tokens: components['schemas']['TokensAnswer'];
    };
    /**
     * HeadStatisticsRequest
     * @description A text in which the heads' habits are measured.
     * @example {
     *       "text": "The cat sat on the mat."
     *     }
     */
    HeadStatisticsRequest: {
      /**
       * Model
       * @description Id of a model of GET /models; null is the backend's default, `starter`.
       */
      model?: string | null;
      /**
       * Pair
       * @description The second segment.
       */
      pair?: string | null;
      /** Text */
      text: string;
    };
    /**
     * HealthAnswer
     * @description That the backend lives.
     */
    HealthAnswer: {
      /**
       * Jobs
       * @description Jobs that have not ended.
       */
      jobs: number;
      /**
       * Status
       * @constant
       */
      status: 'ok';
      /** Uptime Seconds */
      uptime_seconds: number;
      /**
       * Version
       * @description Of albert-widgets.
       */
      version: string;
    };
    /**
     * HubModelAnswer
     * @description A model of the hub.
     */
    HubModelAnswer: {
      /**
       * Bytes
       * @description Of the weights, about; 0 when unknown.
       */
      bytes: number;
      /** Downloads */
      downloads: number;
      /**
       * Id
       * @example google-bert/bert-base-uncased
       */
      id: string;
      /**
       * Is Gated
       * @description Whether its owner asks for something first.
       */
      is_gated: boolean;
      /**
       * Is Here
       * @description Whether it is on this machine already.
       */
      is_here: boolean;
      /**
       * Languages
       * @description ISO codes; `multilingual` where it is many.
       */
      languages: string[];
      /** Licence */
      licence: string;
      /** Likes */
      likes: number;
      /** Model Type */
      model_type: string;
      /** Note */
      note: string;
      /** Parameters */
      parameters: number;
      /** Task */
      task: string;
    };
    /**
     * JobAnswer
     * @description A job's specification and present state.
     */
    JobAnswer: {
      /**
       * Caller
       * @description The notebook or program that asked for it, with its user; may be empty.
       */
      caller: string;
      /**
       * Created
       * @description Seconds since the epoch; 0 when not yet, as in the next two.
       */
      created: number;
      /** Ended */
      ended: number;
      error: components['schemas']['ErrorBody'] | null;
      /** Id */
      id: string;
      /**
       * Kind
       * @enum {string}
       */
      kind: 'download' | 'fit' | 'study' | 'export' | 'push';
      progress: components['schemas']['JobProgressAnswer'];
      /**
       * Result
       * @description Of a job that has ended well: `model`, `folder`, `bytes`, ….
       */
      result: {
        [key: string]: unknown;
      } | null;
      /**
       * Spec
       * @description What was asked for: `model`; a training's `settings`, ….
       */
      spec: {
        [key: string]: unknown;
      };
      /** Started */
      started: number;
      /**
       * State
       * @enum {string}
       */
      state: 'queued' | 'running' | 'paused' | 'finished' | 'stopped' | 'failed' | 'interrupted';
      /**
       * User
       * @description Whose job it is; empty where tokens have no names.
       */
      user: string;
    };
    /**
     * JobEventAnswer
     * @description One line of a job's history.
     */
    JobEventAnswer: {
      /**
       * Data
       * @description `state`; `message`; what JobProgressAnswer has; a metric by its name.
       */
      data: {
        [key: string]: unknown;
      };
      /**
       * Kind
       * @enum {string}
       */
      kind: 'progress' | 'log' | 'metric' | 'state' | 'checkpoint';
      /**
       * Seq
       * @description From 1, gapless; also the id of the Server-Sent Event.
       */
      seq: number;
      /**
       * Time
       * @description Seconds since the epoch.
       */
      time: number;
    };
    /**
     * JobProgressAnswer
     * @description How far a job is; empty before it begins.
     */
    JobProgressAnswer: {
      /**
       * Done
       * @description In `unit`.
       * @default 0
       */
      done?: number;
      /** Eta Seconds */
      eta_seconds?: number | null;
      /**
       * Per Second
       * @default 0
       */
      per_second?: number;
      /**
       * Total
       * @default 0
       */
      total?: number;
      /**
       * Unit
       * @default
       * @example B
       */
      unit?: string;
    };
    /**
     * JudgedRowAnswer
     * @description One validation row, and what the model said about it.
     */
    JudgedRowAnswer: {
      /** Answer */
      answer: string;
      /** Loss */
      loss: number;
      /** Pair */
      pair: string | null;
      /**
       * Probability
       * @description Of the answer.
       */
      probability: number;
      /**
       * Row
       * @description As the user's index names it.
       */
      row: string | number | boolean | null | (string | number | boolean | null)[];
      /** Text */
      text: string;
      /** Truth */
      truth: string;
    };
    /**
     * JudgedRowsAnswer
     * @description Some validation rows, the worst first.
     */
    JudgedRowsAnswer: {
      /**
       * Count
       * @description How many there are in all.
       */
      count: number;
      /** Model */
      model: string;
      /** Rows */
      rows: components['schemas']['JudgedRowAnswer'][];
    };
    /**
     * JudgedRowsRequest
     * @description Validation rows of a training, the worst first.
     * @example {
     *       "answer": "positive",
     *       "limit": 10,
     *       "model": "run:reviews",
     *       "truth": "negative"
     *     }
     */
    JudgedRowsRequest: {
      /**
       * Answer
       * @description A class, or whether the model says `label`.
       */
      answer?: boolean | string | null;
      /**
       * Label
       * @description Rows that have it; of several labels, the one looked at.
       */
      label?: string | null;
      /**
       * Limit
       * @description Rows at most.
       * @default 50
       */
      limit?: number;
      /**
       * Model
       * @description Id of a model of GET /models; null is the backend's default, `starter`.
       */
      model?: string | null;
      /**
       * Threshold
       * @description Over it a label counts as answered.
       * @default 0.5
       */
      threshold?: number;
      /**
       * Truth
       * @description A class, or whether `label` truly is there.
       */
      truth?: boolean | string | null;
    };
    /**
     * LabelledBody
     * @description Texts with labels: the columns of a table, as the client has read them.
     */
    LabelledBody: {
      /**
       * Columns
       * @description Role and name of the columns, for the answer.
       * @default {}
       */
      columns?: {
        [key: string]: unknown;
      };
      /**
       * Groups
       * @description Rows of one group stay on one side of a split.
       */
      groups?: (string | number | boolean | null | (string | number | boolean | null)[])[] | null;
      /**
       * Index
       * @description What names a row in the answer; its number if empty.
       * @default []
       */
      index?: (string | number | boolean | null | (string | number | boolean | null)[])[];
      /**
       * Labels
       * @description A class's name, a number, a list of names, or a summary; null if missing.
       */
      labels: (string | number | boolean | null | string[])[];
      /**
       * Notes
       * @description What was guessed, for the answer.
       * @default []
       */
      notes?: string[];
      /**
       * Pairs
       * @description The second segments.
       */
      pairs?: (string | null)[] | null;
      /**
       * Task
       * @description "auto", "single_label", "multi_label", "regression", "summary" or "extract".
       * @default auto
       */
      task?: string;
      /**
       * Texts
       * @description Null where the cell was empty.
       */
      texts: (string | null)[];
    };
    /**
     * LearningCurveRequest
     * @description Labelled texts to see with whether more of them would help.
     * @example {
     *       "data": {
     *         "labels": [
     *           "good",
     *           "bad",
     *           "good",
     *           "bad",
     *           "good",
     *           "bad",
     *           "good",
     *           "bad",
     *           "good",
     *           "bad",
     *           "good",
     *           "bad",
     *           "good",
     *           "bad",
     *           "good",
     *           "bad",
     *           "good",
     *           "bad",
     *           "good",
     *           "bad",
     *           "good",
     *           "bad",
     *           "good",
     *           "bad",
     *           "good",
     *           "bad",
     *           "good",
     *           "bad",
     *           "good",
     *           "bad",
     *           "good",
     *           "bad",
     *           "good",
     *           "bad",
     *           "good",
     *           "bad",
     *           "good",
     *           "bad",
     *           "good",
     *           "bad"
     *         ],
     *         "texts": [
     *           "Good.",
     *           "Bad.",
     *           "Good.",
     *           "Bad.",
     *           "Good.",
     *           "Bad.",
     *           "Good.",
     *           "Bad.",
     *           "Good.",
     *           "Bad.",
     *           "Good.",
     *           "Bad.",
     *           "Good.",
     *           "Bad.",
     *           "Good.",
     *           "Bad.",
     *           "Good.",
     *           "Bad.",
     *           "Good.",
     *           "Bad.",
     *           "Good.",
     *           "Bad.",
     *           "Good.",
     *           "Bad.",
     *           "Good.",
     *           "Bad.",
     *           "Good.",
     *           "Bad.",
     *           "Good.",
     *           "Bad.",
     *           "Good.",
     *           "Bad.",
     *           "Good.",
     *           "Bad.",
     *           "Good.",
     *           "Bad.",
     *           "Good.",
     *           "Bad.",
     *           "Good.",
     *           "Bad."
     *         ]
     *       },
     *       "settings": {
     *         "epochs": 2
     *       },
     *       "shares": [
     *         0.5,
     *         1
     *       ]
     *     }
     */
    LearningCurveRequest: {
      data: components['schemas']['LabelledBody'];
      /**
       * Drop Incomplete
       * @description Leave out rows without text or label.
       * @default false
       */
      drop_incomplete?: boolean;
      /**
       * Model
       * @description Id of a model of GET /models; null is the backend's default, `starter`.
       */
      model?: string | null;
      /**
       * Repeats
       * @description How often the rows are drawn anew.
       * @default 1
       */
      repeats?: number;
      /**
       * Settings
       * @description As in a fit.
       * @default {}
       */
      settings?: {
        [key: string]: unknown;
      };
      /**
       * Shares
       * @description Of the training rows, over 0 to 1.
       * @default [
       *       0.1,
       *       0.25,
       *       0.5,
       *       1
       *     ]
       */
      shares?: number[];
      /**
       * Validation
       * @description A share of the rows, or rows of their own.
       * @default 0.1
       */
      validation?: components['schemas']['LabelledBody'] | number;
    };
    /**
     * LengthAnswer
     * @description What sentences were chosen by.
     */
    LengthAnswer: {
      /** Amount */
      amount: number;
      /**
       * Unit
       * @description `sentences`, `percent`, `words` or `tokens`.
       */
      unit: string;
    };
    /**
     * LoadRequest
     * @description How a model is brought into memory.
     * @example {
     *       "device": "cpu",
     *       "dtype": "float32"
     *     }
     */
    LoadRequest: {
      /**
       * Device
       * @description "auto", "cpu", "cuda", "cuda:0", "mps".
       * @default auto
       */
      device?: string;
      /**
       * Dtype
       * @description "auto", "float32", "bfloat16", "float16".
       * @default auto
       */
      dtype?: string;
    };
    /**
     * MaskCandidatesAnswer
     * @description The candidates for one mask, best first.
     */
    MaskCandidatesAnswer: {
      /** Ids */
      ids: number[];
      /**
       * Position
       * @description Of the mask, in tokens.
       */
      position: number;
      /** Probabilities */
      probabilities: (number | null)[];
      /** Tokens */
      tokens: string[];
    };
    /**
     * MaskFillsAnswer
     * @description Candidates for each mask of a text.
     */
    MaskFillsAnswer: {
      /**
       * Agreement
       * @description Of int8 with float32, on a sample of the texts; else null.
       */
      agreement: number | null;
      /**
       * Engine
       * @description `torch` or `onnxruntime`.
       */
      engine: string;
      /** Masks */
      masks: components['schemas']['MaskCandidatesAnswer'][];
      /** Model */
      model: string;
      /**
       * Notes
       * @description What to know of how it was computed.
       */
      notes: string[];
      /**
       * Precision
       * @description `float32`, `bfloat16`, `float16` or `int8`.
       */
      precision: string;
      /** Text */
      text: string;
    };
    /**
     * ModelAnswer
     * @description A model of the catalogue.
     */
    ModelAnswer: {
      /** Architecture */
      architecture: string;
      /**
       * Base
       * @description Of a fine-tuned model: what it was trained from.
       */
      base: string;
      /**
       * Bytes Loaded
       * @description 0 while it is not in memory.
       */
      bytes_loaded: number;
      /** Bytes On Disk */
      bytes_on_disk: number;
      /**
       * Device
       * @description Where it is loaded; empty while it is not.
       */
      device: string;
      /** Dtype */
      dtype: string;
      /** Formats */
      formats: string[];
      /** Hidden Size */
      hidden_size: number;
      /**
       * Id
       * @description `starter`, a hub id, `run:NAME`, or a registered folder's name.
       */
      id: string;
      /**
       * Is Usable
       * @description Whether it can be loaded; the warnings say why not.
       */
      is_usable: boolean;
      /**
       * Labels
       * @description Names of a classifier's classes, in order.
       */
      labels: string[];
      /**
       * Languages
       * @description ISO codes of the model card.
       */
      languages: string[];
      /**
       * Last Used
       * @description Seconds since the epoch; 0 when never.
       */
      last_used: number;
      /** Licence */
      licence: string;
      /**
       * Max Length
       * @description Tokens read at once; 0 when there is no limit.
       */
      max_length: number;
      /** Model Type */
      model_type: string;
      /** Num Attention Heads */
      num_attention_heads: number;
      /** Num Hidden Layers */
      num_hidden_layers: number;
      /**
       * Parameters
       * @description Number of weights; 0 when unknown.
       */
      parameters: number;
      /** Revision */
      revision: string;
      /**
       * Revisions
       * @description Of a hub model: what is in the cache, the newest first.
       */
      revisions: components['schemas']['RevisionAnswer'][];
      /**
       * Source
       * @enum {string}
       */
      source: 'starter' | 'hub' | 'run' | 'folder';
      /**
       * Task
       * @description `encoder`, `text-classification`, `fill-mask` or another head's task.
       */
      task: string;
      /**
       * Used By
       * @description Notebooks and programs that worked with it since it is loaded.
       */
      used_by: string[];
      /** Vocab Size */
      vocab_size: number;
      /**
       * Warnings
       * @description Why it cannot be loaded, or what to know.
       */
      warnings: string[];
    };
    /**
     * NeighbourAnswer
     * @description A sentence that says something like another one.
     */
    NeighbourAnswer: {
      /**
       * Meaning
       * @description Cosine of the two sentence vectors.
       */
      meaning: number;
      /**
       * Sentence
       * @description Its index in `sentences`.
       */
      sentence: number;
      /**
       * Words
       * @description Cosine of the counts of their content words.
       */
      words: number;
    };
    /**
     * NeuronsAnswer
     * @description What one row of one head is made of.
     */
    NeuronsAnswer: {
      /** Head */
      head: number;
      /**
       * Key Vectors
       * @description (tokens, head_dim)
       */
      key_vectors: number[][];
      /** Layer */
      layer: number;
      /**
       * Probabilities
       * @description Their softmax.
       */
      probabilities: number[];
      /** Query */
      query: number;
      /**
       * Query Vector
       * @description (head_dim,)
       */
      query_vector: number[];
      /** Scaling */
      scaling: number;
      /**
       * Scores
       * @description Scaled dot products with the mask added.
       */
      scores: number[];
      tokens: components['schemas']['TokensAnswer'];
    };
    /**
     * NeuronsRequest
     * @description One row of one head whose vectors are asked for.
     * @example {
     *       "head": 3,
     *       "layer": 0,
     *       "query": 2,
     *       "text": "The cat sat on the mat."
     *     }
     */
    NeuronsRequest: {
      /** Head */
      head: number;
      /** Layer */
      layer: number;
      /**
       * Model
       * @description Id of a model of GET /models; null is the backend's default, `starter`.
       */
      model?: string | null;
      /**
       * Pair
       * @description The second segment.
       */
      pair?: string | null;
      /**
       * Query
       * @description The token that looks, from 0.
       */
      query: number;
      /** Text */
      text: string;
    };
    /**
     * PredictionsAnswer
     * @description What a classifier says of each text.
     */
    PredictionsAnswer: {
      /**
       * Agreement
       * @description Of int8 with float32, on a sample of the texts; else null.
       */
      agreement: number | null;
      /**
       * Engine
       * @description `torch` or `onnxruntime`.
       */
      engine: string;
      /** Label Names */
      label_names: string[];
      /** Labels */
      labels: string[];
      /** Max Length */
      max_length: number;
      /** Model */
      model: string;
      /**
       * Notes
       * @description What to know of how it was computed.
       */
      notes: string[];
      /**
       * Precision
       * @description `float32`, `bfloat16`, `float16` or `int8`.
       */
      precision: string;
      /**
       * Probabilities
       * @description (texts, classes); raw values for a regression.
       */
      probabilities: (number | null)[][];
      /**
       * Problem Type
       * @description `single_label`, `multi_label` or `regression`.
       */
      problem_type: string;
      /** Texts */
      texts: string[];
      /** Truncated */
      truncated: boolean[];
    };
    /**
     * PredictRequest
     * @description Texts to classify.
     * @example {
     *       "model": "reviews",
     *       "texts": [
     *         "A wonderful film.",
     *         "A waste of time."
     *       ]
     *     }
     */
    PredictRequest: {
      /**
       * Ablate
       * @description Heads switched off meanwhile, as [layer, head] from 0.
       */
      ablate?: number[][] | null;
      /**
       * Model
       * @description Id of a model of GET /models; null is the backend's default, `starter`.
       */
      model?: string | null;
      /**
       * Pair
       * @description The second segment: a text for a text, as many texts for a list.
       */
      pair?: string | string[] | null;
      /**
       * Precision
       * @description "float32", "bfloat16", "float16" or "int8"; null: as the model is loaded.
       */
      precision?: string | null;
      /** Texts */
      texts: string | string[];
    };
    /**
     * PushRequest
     * @description Where a model goes on the hub.
     * @example {
     *       "private": true,
     *       "repo": "ada/reviews"
     *     }
     */
    PushRequest: {
      /**
       * Private
       * @description Whether a new repository is.
       * @default true
       */
      private?: boolean;
      /**
       * Repo
       * @description `user/name` on the hub; made if need be.
       */
      repo: string;
      /**
       * Token
       * @description Of the hub; null is the backend's own. It is written down nowhere.
       */
      token?: string | null;
    };
    /**
     * RegisterRequest
     * @description A checkpoint folder for the catalogue.
     * @example {
     *       "folder": "/home/ada/models/reviews",
     *       "name": "reviews"
     *     }
     */
    RegisterRequest: {
      /**
       * Folder
       * @description Folder on the backend's machine with config.json and model.safetensors.
       */
      folder: string;
      /**
       * Name
       * @description Id in the catalogue; the folder's own name if null.
       */
      name?: string | null;
    };
    /**
     * RenameRequest
     * @description Another name for a model.
     * @example {
     *       "name": "reviews-2"
     *     }
     */
    RenameRequest: {
      /**
       * Name
       * @description Without `run:`.
       */
      name: string;
    };
    /**
     * RevisionAnswer
     * @description One commit of a hub model in the cache.
     */
    RevisionAnswer: {
      /**
       * Bytes
       * @description Shared files counted in each revision.
       */
      bytes: number;
      /** Commit */
      commit: string;
      /**
       * Last Modified
       * @description Seconds since the epoch.
       */
      last_modified: number;
      /**
       * Refs
       * @description Branches and tags that mean it.
       */
      refs: string[];
    };
    /**
     * RougeRequest
     * @description Answers beside references, as many of both.
     * @example {
     *       "answers": [
     *         "The cat sat."
     *       ],
     *       "references": [
     *         "The cat sat on the mat."
     *       ]
     *     }
     */
    RougeRequest: {
      /** Answers */
      answers: string | string[];
      /** References */
      references: string | string[];
    };
    /**
     * RougeScoreAnswer
     * @description How much of a reference a text has in common with it.
     */
    RougeScoreAnswer: {
      /** F1 */
      f1: number;
      /**
       * Measure
       * @description `rouge1`, `rouge2` or `rougeL`.
       */
      measure: string;
      /** Precision */
      precision: number;
      /** Recall */
      recall: number;
    };
    /**
     * RunsAnswer
     * @description Training runs beside each other.
     */
    RunsAnswer: {
      /** Reports */
      reports: components['schemas']['FitReportAnswer'][];
    };
    /**
     * RunsRequest
     * @description Trainings to compare.
     * @example {}
     */
    RunsRequest: {
      /**
       * Models
       * @description Ids `run:NAME`; null means all, newest first.
       */
      models?: string[] | null;
    };
    /**
     * SentenceAnswer
     * @description A sentence of the source.
     */
    SentenceAnswer: {
      /**
       * Document
       * @description Which of several documents it is from, from 0.
       */
      document: number;
      /** End */
      end: number;
      /**
       * Is Chosen
       * @description Whether it is part of the summary.
       */
      is_chosen: boolean;
      /**
       * Kind
       * @description `sentence`, `heading` or `item`.
       */
      kind: string;
      /**
       * Neighbours
       * @description The most similar sentences, the nearest first.
       */
      neighbours: components['schemas']['NeighbourAnswer'][];
      /**
       * Rank
       * @description When it is taken, from 0.
       */
      rank: number;
      /**
       * Score
       * @description Importance in [0, 1].
       */
      score: number | null;
      /**
       * Start
       * @description In Unicode code points.
       */
      start: number;
      /** Text */
      text: string;
      /** Tokens */
      tokens: number;
      /** Words */
      words: number;
    };
    /**
     * SimilarityAnswer
     * @description Cosine similarities.
     */
    SimilarityAnswer: {
      /** A */
      a: string[];
      /**
       * Agreement
       * @description Of int8 with float32, on a sample of the texts; else null.
       */
      agreement: number | null;
      /** B */
      b: string[];
      /**
       * Engine
       * @description `torch` or `onnxruntime`.
       */
      engine: string;
      /** Max Length */
      max_length: number;
      /** Model */
      model: string;
      /**
       * Notes
       * @description What to know of how it was computed.
       */
      notes: string[];
      /**
       * Precision
       * @description `float32`, `bfloat16`, `float16` or `int8`.
       */
      precision: string;
      /**
       * Truncated
       * @description For each text of a, then of b.
       */
      truncated: boolean[];
      /**
       * Values
       * @description (a, b), in [-1, 1]
       */
      values: (number | null)[][];
    };
    /**
     * SimilarRequest
     * @description Two texts or lists of texts to compare, each of one with each of the other.
     * @example {
     *       "a": "a cat",
     *       "b": [
     *         "a kitten",
     *         "a tax form"
     *       ]
     *     }
     */
    SimilarRequest: {
      /** A */
      a: string | string[];
      /** B */
      b: string | string[];
      /**
       * Model
       * @description Id of a model of GET /models; null is the backend's default, `starter`.
       */
      model?: string | null;
      /**
       * Precision
       * @description "float32", "bfloat16", "float16" or "int8"; null: as the model is loaded.
       */
      precision?: string | null;
    };
    /**
     * Snapshot
     * @description One event of `GET /events`: all that a sidebar shows.
     */
    Snapshot: {
      /**
       * Jobs
       * @description Newest first, at most 50.
       */
      jobs: components['schemas']['JobAnswer'][];
      status: components['schemas']['StatusAnswer'];
      /**
       * Trash
       * @description What was deleted and can be brought back, the newest first.
       */
      trash: components['schemas']['DeletedAnswer'][];
    };
    /**
     * StatusAnswer
     * @description How the backend is.
     */
    StatusAnswer: {
      /**
       * Catalog
       * @description Changes whenever the list of models does.
       */
      catalog: string;
      /**
       * Default Model
       * @description What new notebooks begin with.
       */
      default_model: string;
      /** Device */
      device: string;
      /**
       * Evictions
       * @description The last ten, the newest first.
       */
      evictions: components['schemas']['EvictionAnswer'][];
      /**
       * Is Offline
       * @description Whether the hub is not asked.
       */
      is_offline: boolean;
      /**
       * Jobs
       * @description Ids of jobs that have not ended.
       */
      jobs: string[];
      /**
       * Limits
       * @description The documented limits by name.
       */
      limits: {
        [key: string]: number;
      };
      /**
       * Loaded
       * @description Models in memory, most recently used first.
       */
      loaded: components['schemas']['ModelAnswer'][];
      /**
       * Memory Budget
       * @description Bytes that loaded weights may take.
       */
      memory_budget: number;
      /**
       * Memory Kept
       * @description Bytes of layers kept for the next question about a text.
       */
      memory_kept: number;
      /**
       * Memory Machine
       * @description Bytes of the machine.
       */
      memory_machine: number;
      /**
       * Memory Used
       * @description Bytes of the backend's process.
       */
      memory_used: number;
      /** Pid */
      pid: number;
      /**
       * Running
       * @description Requests for model work that are worked on.
       */
      running: number;
      /**
       * Threads
       * @description CPU threads of torch; 0 until it is loaded.
       */
      threads: number;
      /** Uptime Seconds */
      uptime_seconds: number;
      /**
       * Url
       * @description Where the backend listens.
       */
      url: string;
      /** Version */
      version: string;
      /**
       * Waiting
       * @description Requests for model work that wait for a thread.
       */
      waiting: number;
    };
    /**
     * StudyAnswer
     * @description Several trainings that differ in one thing; while the job runs, those that have ended.
     */
    StudyAnswer: {
      /**
       * Advice
       * @description What the trainings speak for; nothing of it is applied.
       */
      advice: string;
      /** @description Of a cross-validation: all rows, by models new to them. */
      evaluation: components['schemas']['EvaluationAnswer'] | null;
      /** Job */
      job: string;
      /**
       * Kind
       * @description `sweep`, `cross_validate` or `learning_curve`.
       */
      kind: string;
      /**
       * Model
       * @description The model that each training began as.
       */
      model: string;
      /** Notes */
      notes: string[];
      /**
       * Planned
       * @description How many there will be; 0 while that is not known.
       */
      planned: number;
      /**
       * Primary
       * @description The metric that they are compared by; greater is better.
       */
      primary: string;
      /** Settings */
      settings: {
        [key: string]: unknown;
      };
      /** State */
      state: string;
      /** Task */
      task: string;
      /** Trials */
      trials: components['schemas']['TrialAnswer'][];
    };
    /**
     * StudyRequest
     * @description A study whose trainings are asked for.
     * @example {
     *       "job": "study-1"
     *     }
     */
    StudyRequest: {
      /**
       * Job
       * @description Id of its job.
       */
      job: string;
    };
    /**
     * SuggestionAnswer
     * @description Other models for a script that a model's vocabulary does not know; nothing is switched.
     */
    SuggestionAnswer: {
      /**
       * Here
       * @description Models of GET /models whose tokenizers read these texts.
       */
      here: string[];
      /**
       * Hub
       * @description Models of the hub that are made for the script.
       */
      hub: string[];
      /**
       * Model
       * @description That cannot read it.
       */
      model: string;
      /**
       * Script
       * @example Arabic
       */
      script: string;
      /**
       * Unread
       * @description Share of its letters, 0 to 1, that are unknown, or spelled one by one.
       */
      unread: number;
    };
    /**
     * SummarizeRequest
     * @description Texts to shorten; give at most one length (the default is 3 sentences).
     * @example {
     *       "sentences": 1,
     *       "text": "Cats sleep a lot. Dogs bark. Cats and dogs sleep. It rains."
     *     }
     */
    SummarizeRequest: {
      /**
       * About
       * @description A question or a topic that sentences must have to do with.
       */
      about?: string | null;
      /**
       * Beams
       * @description Candidates of the search for a written summary, 1 to 32.
       */
      beams?: number | null;
      /**
       * Diversity
       * @description 0 to 0.9: how much repetition counts against a sentence; null is 0.2, or 0 for the method trained.
       */
      diversity?: number | null;
      /**
       * Language
       * @description ISO 639 code to split sentences by; guessed if null.
       */
      language?: string | null;
      /**
       * Method
       * @description "centrality", "directed", "cluster", "lead", "trained" or "abstractive"; null is what the model was trained for, or centrality.
       */
      method?: string | null;
      /**
       * Model
       * @description Id of a model of GET /models; null is the backend's default, `starter`.
       */
      model?: string | null;
      /**
       * No Repeat Ngram
       * @description No sequence of so many tokens is written twice; 0 to 20, 0 for any.
       */
      no_repeat_ngram?: number | null;
      /**
       * Percent
       * @description Share of the sentences.
       */
      percent?: number | null;
      /**
       * Reference
       * @description A good summary, to compute ROUGE beside it.
       */
      reference?: string | null;
      /**
       * Sentences
       * @description How many sentences.
       */
      sentences?: number | null;
      /** Text */
      text: string | string[];
      /**
       * Together
       * @description Make one summary of a list of texts, not one of each.
       * @default false
       */
      together?: boolean;
      /**
       * Tokens
       * @description Budget of tokens; the one length of an abstractive one.
       */
      tokens?: number | null;
      /**
       * Words
       * @description Budget of words.
       */
      words?: number | null;
    };
    /**
     * SummaryAnswer
     * @description All sentences of the source, scored; the summary is those with `is_chosen`, in order, or what was `written`.
     */
    SummaryAnswer: {
      /** About */
      about: string | null;
      /** Language */
      language: string;
      length: components['schemas']['LengthAnswer'];
      /** Method */
      method: string;
      /** Model */
      model: string;
      /** Notes */
      notes: string[];
      /**
       * Rouge
       * @description Beside the reference, if one was given.
       */
      rouge: components['schemas']['RougeScoreAnswer'][];
      /** Sentences */
      sentences: components['schemas']['SentenceAnswer'][];
      /** Source */
      source: string;
      /**
       * Written
       * @description By an abstractive summarizer; null where sentences were chosen.
       */
      written: string | null;
      /** Written Sentences */
      written_sentences: components['schemas']['WrittenSentenceAnswer'][];
    };
    /**
     * SupportAnswer
     * @description A sentence of the source that says what a written one says.
     */
    SupportAnswer: {
      /**
       * Sentence
       * @description Its index in `sentences`.
       */
      sentence: number;
      /**
       * Similarity
       * @description Cosine of the two sentence vectors.
       */
      similarity: number;
    };
    /**
     * SweepRequest
     * @description Labelled texts to find a learning rate with.
     * @example {
     *       "data": {
     *         "labels": [
     *           "good",
     *           "bad",
     *           "good",
     *           "bad",
     *           "good",
     *           "bad",
     *           "good",
     *           "bad",
     *           "good",
     *           "bad",
     *           "good",
     *           "bad",
     *           "good",
     *           "bad",
     *           "good",
     *           "bad",
     *           "good",
     *           "bad",
     *           "good",
     *           "bad",
     *           "good",
     *           "bad",
     *           "good",
     *           "bad",
     *           "good",
     *           "bad",
     *           "good",
     *           "bad",
     *           "good",
     *           "bad",
     *           "good",
     *           "bad",
     *           "good",
     *           "bad",
     *           "good",
     *           "bad",
     *           "good",
     *           "bad",
     *           "good",
     *           "bad"
     *         ],
     *         "texts": [
     *           "Good.",
     *           "Bad.",
     *           "Good.",
     *           "Bad.",
     *           "Good.",
     *           "Bad.",
     *           "Good.",
     *           "Bad.",
     *           "Good.",
     *           "Bad.",
     *           "Good.",
     *           "Bad.",
     *           "Good.",
     *           "Bad.",
     *           "Good.",
     *           "Bad.",
     *           "Good.",
     *           "Bad.",
     *           "Good.",
     *           "Bad.",
     *           "Good.",
     *           "Bad.",
     *           "Good.",
     *           "Bad.",
     *           "Good.",
     *           "Bad.",
     *           "Good.",
     *           "Bad.",
     *           "Good.",
     *           "Bad.",
     *           "Good.",
     *           "Bad.",
     *           "Good.",
     *           "Bad.",
     *           "Good.",
     *           "Bad.",
     *           "Good.",
     *           "Bad.",
     *           "Good.",
     *           "Bad."
     *         ]
     *       },
     *       "rates": [
     *         0.0003,
     *         0.0001
     *       ],
     *       "seconds": 60
     *     }
     */
    SweepRequest: {
      data: components['schemas']['LabelledBody'];
      /**
       * Drop Incomplete
       * @description Leave out rows without text or label.
       * @default false
       */
      drop_incomplete?: boolean;
      /**
       * Model
       * @description Id of a model of GET /models; null is the backend's default, `starter`.
       */
      model?: string | null;
      /**
       * Rates
       * @description 2 to 10; null is the grid of the method.
       */
      rates?: number[] | null;
      /**
       * Rows
       * @description At most so many to learn from.
       */
      rows?: number | null;
      /**
       * Seconds
       * @description For all of it.
       * @default 120
       */
      seconds?: number;
      /**
       * Settings
       * @description As in a fit, without learning_rate.
       * @default {}
       */
      settings?: {
        [key: string]: unknown;
      };
      /**
       * Validation
       * @description A share of the rows, or rows of their own.
       * @default 0.1
       */
      validation?: components['schemas']['LabelledBody'] | number;
    };
    /**
     * TokenCountsAnswer
     * @description How long texts are; all lists but those of the unknown words have one entry a text.
     */
    TokenCountsAnswer: {
      /**
       * Characters
       * @description Code points that are not white space.
       */
      characters: number[];
      /**
       * Max Length
       * @description Tokens the model reads at once; 0 when there is no limit.
       */
      max_length: number;
      /** Model */
      model: string;
      /**
       * Special
       * @description Special tokens added to each text.
       */
      special: number;
      /** @description Where at least a tenth of the texts are in a script that the model does not know. */
      suggestion: components['schemas']['SuggestionAnswer'] | null;
      /**
       * Tokens
       * @description Special tokens among them.
       */
      tokens: number[];
      /**
       * Unknown
       * @description Unknown tokens.
       */
      unknown: number[];
      /** Unknown Counts */
      unknown_counts: number[];
      /**
       * Unknown Words
       * @description What unknown tokens stand for, the most frequent first.
       */
      unknown_words: string[];
      /**
       * Word Tokens
       * @description In how many tokens these words lie, taken together.
       */
      word_tokens: number[];
      /** Words */
      words: number[];
    };
    /**
     * TokenizeRequest
     * @description Texts to cut into tokens.
     * @example {
     *       "texts": "Zoë's naïve café 你好"
     *     }
     */
    TokenizeRequest: {
      /**
       * Max Length
       * @description Tokens; replaces the model's own limit.
       */
      max_length?: number | null;
      /**
       * Model
       * @description Id of a model of GET /models; null is the backend's default, `starter`.
       */
      model?: string | null;
      /**
       * Pair
       * @description The second segment: a text for a text, as many texts for a list.
       */
      pair?: string | string[] | null;
      /**
       * Texts
       * @description A text, or a list; the answer has the same form.
       */
      texts: string | string[];
      /**
       * Truncation
       * @description Leave out what is beyond max_length, and count it in `cut`.
       * @default false
       */
      truncation?: boolean;
    };
    /**
     * TokensAnswer
     * @description A text as the model's tokenizer cuts it; all lists have one entry a token.
     */
    TokensAnswer: {
      /**
       * Cut
       * @description Tokens left out because truncation was asked for.
       */
      cut: number;
      /** Ids */
      ids: number[];
      /** Is Special */
      is_special: boolean[];
      /** Is Unknown */
      is_unknown: boolean[];
      /**
       * Max Length
       * @description Tokens the model reads at once; 0 when there is no limit.
       */
      max_length: number;
      /** Model */
      model: string;
      /**
       * Normalized
       * @description The text after the tokenizer's normalizer.
       */
      normalized: string | null;
      /**
       * Normalized Pair
       * @description The pair after the tokenizer's normalizer.
       */
      normalized_pair: string | null;
      /**
       * Offsets
       * @description Start and end in Unicode code points; 0, 0 for special tokens.
       */
      offsets: [number, number][];
      /** Pair */
      pair: string | null;
      /**
       * Segment Ids
       * @description 0 for text, 1 for pair, -1 for special tokens.
       */
      segment_ids: number[];
      /** @description Where the model does not know the text's script. */
      suggestion: components['schemas']['SuggestionAnswer'] | null;
      /** Text */
      text: string;
      /** Tokens */
      tokens: string[];
      /**
       * Word Ids
       * @description -1 for special tokens.
       */
      word_ids: number[];
      /**
       * Words
       * @description Segment, start and end of each word (UAX #29), the same for every tokenizer.
       */
      words: [number, number, number][];
    };
    /**
     * TrialAnswer
     * @description One training of a study.
     */
    TrialAnswer: {
      /** Best Step */
      best_step: number;
      /** Epochs */
      epochs: number;
      /** Judged Rows */
      judged_rows: number;
      /**
       * Metrics
       * @description Of the rows it was judged on, `loss` among them.
       */
      metrics: {
        [key: string]: number | null;
      };
      /** Name */
      name: string;
      /**
       * Rows
       * @description How many it learned from.
       */
      rows: number;
      /** Seconds */
      seconds: number;
      /**
       * Setting
       * @description learning_rate; fold and repeat; share and repeat.
       */
      setting: {
        [key: string]: number;
      };
      /** Steps */
      steps: number;
    };
    /**
     * VerdictAnswer
     * @description What the model says of the text as a whole, or of one masked place.
     */
    VerdictAnswer: {
      /**
       * Before
       * @description The same, untouched.
       */
      before: (number | null)[];
      /** Logits */
      logits: (number | null)[];
      /** Logits Before */
      logits_before: (number | null)[];
      /** Names */
      names: string[];
      /**
       * Original
       * @description The token that stood there; empty where nothing is known.
       */
      original: string;
      /** Original Before */
      original_before: number;
      /** Original Probability */
      original_probability: number;
      /**
       * Position
       * @description Of the mask, in tokens; null for the text as a whole.
       */
      position: number | null;
      /**
       * Probabilities
       * @description Now; raw values for a regression.
       */
      probabilities: (number | null)[];
      /**
       * Rank
       * @description Its place in the vocabulary, from 1; 0 where there is no original.
       */
      rank: number;
      /** Rank Before */
      rank_before: number;
    };
    /**
     * WrittenSentenceAnswer
     * @description A sentence that a model wrote.
     */
    WrittenSentenceAnswer: {
      /** End */
      end: number;
      /**
       * Start
       * @description In code points of `written`.
       */
      start: number;
      /**
       * Support
       * @description Empty where nothing in the source is near: it may be made up.
       */
      support: components['schemas']['SupportAnswer'][];
      /** Text */
      text: string;
    };
  };
  responses: never;
  parameters: never;
  requestBodies: never;
  headers: never;
  pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
  attention: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['AttentionRequest'];
      };
    };
    responses: {
      /** @description The maps. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['AttentionAnswer'];
        };
      };
    };
  };
  attribute: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['AttributeRequest'];
      };
    };
    responses: {
      /** @description The scores. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['AttributionAnswer'];
        };
      };
    };
  };
  baseline: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['BaselineRequest'];
      };
    };
    responses: {
      /** @description The figures. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['BaselineReportAnswer'];
        };
      };
    };
  };
  model_card: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The card. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['CardAnswer'];
        };
      };
    };
  };
  check: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['CheckRequest'];
      };
    };
    responses: {
      /** @description The findings. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['DataCheckAnswer'];
        };
      };
    };
  };
  compare: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['CompareRequest'];
      };
    };
    responses: {
      /** @description The aligned tokens and the distances. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ComparisonAnswer'];
        };
      };
    };
  };
  count_tokens: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['CountTokensRequest'];
      };
    };
    responses: {
      /** @description The counts. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['TokenCountsAnswer'];
        };
      };
    };
  };
  cross_validate: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['CrossValidateRequest'];
      };
    };
    responses: {
      /** @description The job. */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobAnswer'];
        };
      };
    };
  };
  set_default: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['DefaultRequest'];
      };
    };
    responses: {
      /** @description The model. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ModelAnswer'];
        };
      };
    };
  };
  effect: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['EffectRequest'];
      };
    };
    responses: {
      /** @description The verdicts, beside those of the untouched text. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['EffectAnswer'];
        };
      };
    };
  };
  embed: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['EmbedRequest'];
      };
    };
    responses: {
      /** @description The vectors. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['EmbeddingsAnswer'];
        };
      };
    };
  };
  evaluate: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['EvaluateRequest'];
      };
    };
    responses: {
      /** @description The figures. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['EvaluationAnswer'];
        };
      };
    };
  };
  snapshots: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Server-Sent Events; the `data` of each is a snapshot. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'text/event-stream': components['schemas']['Snapshot'];
        };
      };
    };
  };
  fill_mask: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['FillMaskRequest'];
      };
    };
    responses: {
      /** @description The candidates. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MaskFillsAnswer'];
        };
      };
    };
  };
  fit: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['FitRequest'];
      };
    };
    responses: {
      /** @description The job. */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobAnswer'];
        };
      };
    };
  };
  fit_report: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['FitReportRequest'];
      };
    };
    responses: {
      /** @description The report. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['FitReportAnswer'];
        };
      };
    };
  };
  flow: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['FlowRequest'];
      };
    };
    responses: {
      /** @description The weights. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['AttentionFlowAnswer'];
        };
      };
    };
  };
  head_importance: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['HeadImportanceRequest'];
      };
    };
    responses: {
      /** @description The importances. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['HeadImportanceAnswer'];
        };
      };
    };
  };
  head_statistics: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['HeadStatisticsRequest'];
      };
    };
    responses: {
      /** @description The measures. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['HeadStatisticsAnswer'];
        };
      };
    };
  };
  health: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Successful Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['HealthAnswer'];
        };
      };
    };
  };
  hub_models: {
    parameters: {
      query?: {
        /** @description An ISO code. */
        language?: string | null;
        /** @description Up to 100. */
        limit?: number;
        /** @description Words to look for on the hub. */
        query?: string;
        /** @description As in ModelAnswer. */
        task?: string | null;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The models. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['HubModelAnswer'][];
        };
      };
    };
  };
  download_plan: {
    parameters: {
      query?: {
        /** @description Branch, tag or commit; null is the main branch. */
        revision?: string | null;
      };
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Files and bytes. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['DownloadPlanAnswer'];
        };
      };
    };
  };
  jobs: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The jobs. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobAnswer'][];
        };
      };
    };
  };
  job: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The job. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobAnswer'];
        };
      };
    };
  };
  events: {
    parameters: {
      query?: {
        /** @description Only events with a greater seq. */
        after?: number;
        /** @description Wait for new events until the job ends. */
        follow?: boolean;
      };
      header?: {
        /** @description What a reconnecting EventSource sends; like after. */
        'last-event-id'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A stream; a list with follow=false. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobEventAnswer'][];
          'text/event-stream': string;
        };
      };
      /** @description The job has ended, and the client has seen all of it. */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  pause: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The job after the request. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobAnswer'];
        };
      };
    };
  };
  resume: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The job after the request. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobAnswer'];
        };
      };
    };
  };
  stop: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The job after the request. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobAnswer'];
        };
      };
    };
  };
  judged_rows: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['JudgedRowsRequest'];
      };
    };
    responses: {
      /** @description The rows. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JudgedRowsAnswer'];
        };
      };
    };
  };
  learning_curve: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['LearningCurveRequest'];
      };
    };
    responses: {
      /** @description The job. */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobAnswer'];
        };
      };
    };
  };
  set_memory_budget: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['BudgetRequest'];
      };
    };
    responses: {
      /** @description How the backend is. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['StatusAnswer'];
        };
      };
    };
  };
  models: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The models. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ModelAnswer'][];
        };
      };
    };
  };
  register: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['RegisterRequest'];
      };
    };
    responses: {
      /** @description The model. */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ModelAnswer'];
        };
      };
    };
  };
  model: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The model. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ModelAnswer'];
        };
      };
    };
  };
  delete: {
    parameters: {
      query?: {
        /** @description Only set it aside, for an hour at most. */
        keep?: boolean;
        /** @description Of a hub model, only this commit. */
        revision?: string | null;
      };
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description What that frees. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['DeletedAnswer'];
        };
      };
    };
  };
  download: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        'application/json': components['schemas']['DownloadRequest'] | null;
      };
    };
    responses: {
      /** @description The job. */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobAnswer'];
        };
      };
    };
  };
  export: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        'application/json': components['schemas']['ExportRequest'] | null;
      };
    };
    responses: {
      /** @description The job. */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobAnswer'];
        };
      };
    };
  };
  load: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        'application/json': components['schemas']['LoadRequest'] | null;
      };
    };
    responses: {
      /** @description The model. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ModelAnswer'];
        };
      };
    };
  };
  push: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['PushRequest'];
      };
    };
    responses: {
      /** @description The job. */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobAnswer'];
        };
      };
    };
  };
  rename: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['RenameRequest'];
      };
    };
    responses: {
      /** @description The model. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ModelAnswer'];
        };
      };
    };
  };
  unload: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The model. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ModelAnswer'];
        };
      };
    };
  };
  neurons: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['NeuronsRequest'];
      };
    };
    responses: {
      /** @description The vectors. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['NeuronsAnswer'];
        };
      };
    };
  };
  predict: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['PredictRequest'];
      };
    };
    responses: {
      /** @description The predictions. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['PredictionsAnswer'];
        };
      };
    };
  };
  rouge: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['RougeRequest'];
      };
    };
    responses: {
      /** @description ROUGE-1, ROUGE-2 and ROUGE-L of each answer. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['RougeScoreAnswer'][][];
        };
      };
    };
  };
  runs: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['RunsRequest'];
      };
    };
    responses: {
      /** @description Their reports. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['RunsAnswer'];
        };
      };
    };
  };
  similar: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['SimilarRequest'];
      };
    };
    responses: {
      /** @description The cosines. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SimilarityAnswer'];
        };
      };
    };
  };
  status: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description How the backend is. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['StatusAnswer'];
        };
      };
    };
  };
  study: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['StudyRequest'];
      };
    };
    responses: {
      /** @description The trainings. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['StudyAnswer'];
        };
      };
    };
  };
  summarize: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['SummarizeRequest'];
      };
    };
    responses: {
      /** @description One summary for a text, a list for a list. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json':
            components['schemas']['SummaryAnswer'] | components['schemas']['SummaryAnswer'][];
          'text/event-stream': string;
        };
      };
    };
  };
  sweep: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['SweepRequest'];
      };
    };
    responses: {
      /** @description The job. */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobAnswer'];
        };
      };
    };
  };
  tokenize: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['TokenizeRequest'];
      };
    };
    responses: {
      /** @description The tokens: one object for a text, a list for a list. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json':
            components['schemas']['TokensAnswer'] | components['schemas']['TokensAnswer'][];
        };
      };
    };
  };
  deleted: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description What was set aside. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['DeletedAnswer'][];
        };
      };
    };
  };
  restore: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The model. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ModelAnswer'];
        };
      };
    };
  };
  empty_trash: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: {
      content: {
        'application/json': components['schemas']['EmptyTrashRequest'] | null;
      };
    };
    responses: {
      /** @description What that frees. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['FreedAnswer'];
        };
      };
    };
  };
}
