# Makes the data and, with R and its package psych, the expected figures beside them: Rscript make_vectors.R
# Nothing here is ours but the data: alpha, corrected item-rest correlation, skewness and kurtosis are psych's,
# the rest base R's mean, median, sd, cov and cor.
suppressMessages(library(psych))
set.seed(4102)
number <- function(x) ifelse(is.na(x) | is.nan(x), "", formatC(x, digits = 15, format = "g", width = 1))

figures <- function(marks, maxima, name) {
  totals <- rowSums(marks)
  a <- suppressWarnings(suppressMessages(psych::alpha(as.data.frame(marks), check.keys = FALSE, warnings = FALSE)))
  alpha <- 100 * a$total$raw_alpha
  error <- 100 * sqrt(1 - alpha / 100)
  test <- c(n = nrow(marks), items = ncol(marks), mean = mean(totals), median = median(totals), sd = sd(totals),
            skewness = psych::skew(totals, type = 2), kurtosis = psych::kurtosi(totals, type = 2), alpha = alpha,
            error_ratio = error, sem = error * sd(totals) / 100)
  write.csv(data.frame(figure = names(test), value = number(test)), paste0(name, "-test.csv"), row.names = FALSE, quote = FALSE)
  weight <- sqrt(pmax(cov(marks, totals), 0)); weight[cov(marks, totals) < 0] <- NA
  items <- data.frame(
    id = colnames(marks),
    facility = number(100 * colMeans(marks) / maxima),
    sd = number(100 * apply(marks, 2, sd) / maxima),
    discrimination = number(100 * a$item.stats$r.drop),
    discriminative_efficiency = number(sapply(seq_len(ncol(marks)), function(i) {
      rest <- totals - marks[, i]
      100 * cov(marks[, i], rest) / cov(sort(marks[, i]), sort(rest))
    })),
    effective_weight = number(100 * as.vector(weight) / sum(weight, na.rm = TRUE)))
  write.csv(items, paste0(name, "-items.csv"), row.names = FALSE, quote = FALSE)
}

# 1: right or wrong; i07 runs against the test
people <- 240
able <- rnorm(people)
hard <- seq(-1.6, 1.6, length.out = 12)
marks <- sapply(1:12, function(i) as.integer(runif(people) < plogis((if (i == 7) -0.8 else 1.1) * (able - hard[i]))))
colnames(marks) <- sprintf("i%02d", 1:12)
write.csv(marks, "dichotomous.csv", row.names = FALSE, quote = FALSE)
figures(marks, rep(1, 12), "dichotomous")

# 2: points in thirds, quarters and halves of different maxima
people <- 157
able <- rnorm(people)
maxima <- c(1, 3, 5, 10, 2, 4, 1, 1.5)
steps <- c(3, 6, 10, 20, 4, 16, 1, 3)
marks <- sapply(1:8, function(i) round(plogis(able * 0.9 + rnorm(people)) * steps[i]) / steps[i] * maxima[i])
colnames(marks) <- c("esai", "studi kasus", "RTL", "wawancara", "uraian", "berkas", "isian", "angka")
# Twelve decimals are what the file holds, so that is what is measured.
marks <- round(marks, 12)
write.csv(marks, "partial.csv", row.names = FALSE, quote = FALSE)
write.csv(t(maxima), "partial-max.csv", row.names = FALSE, quote = FALSE)
text <- readLines("partial-max.csv"); text[1] <- paste(colnames(marks), collapse = ","); writeLines(text, "partial-max.csv")
figures(marks, maxima, "partial")

# 3: letters; q04 has a wrong key (B instead of C), q08 nobody takes D, q09 is noise, 9 is "no answer"
people <- 320
able <- rnorm(people)
key <- c("A", "C", "D", "B", "A", "B", "C", "A", "D", "B")
true_key <- key; true_key[4] <- "C"
letters4 <- c("A", "B", "C", "D")
responses <- sapply(1:10, function(i) {
  knows <- runif(people) < plogis(1.3 * able - seq(-1, 1, length.out = 10)[i])
  others <- setdiff(letters4, true_key[i]); if (i == 8) others <- c("B", "C")
  picked <- ifelse(knows, true_key[i], sample(others, people, replace = TRUE))
  if (i == 9) picked <- sample(letters4, people, replace = TRUE)
  ifelse(runif(people) < 0.02, "9", picked)
})
colnames(responses) <- sprintf("q%02d", 1:10)
write.csv(responses, "responses.csv", row.names = FALSE, quote = FALSE)
write.csv(data.frame(item = colnames(responses), key = key), "responses-key.csv", row.names = FALSE, quote = FALSE)
scored <- sapply(1:10, function(i) as.integer(responses[, i] == key[i]))
colnames(scored) <- colnames(responses)
figures(scored, rep(1, 10), "responses")
rows <- do.call(rbind, lapply(1:10, function(i) do.call(rbind, lapply(letters4, function(option) {
  took <- as.integer(responses[, i] == option)
  rest <- rowSums(scored) - scored[, i]
  r <- if (var(took) == 0) NA else cor(took, rest)
  data.frame(id = colnames(responses)[i], option = option, share = number(100 * mean(took)), rest_correlation = number(r))
}))))
write.csv(rows, "responses-options.csv", row.names = FALSE, quote = FALSE)
