# Computes every figure of this dossier again from its published results, with R alone: Rscript recompute.R
read <- function(name, numbers = c()) {
  table <- read.csv(name, colClasses = "character", na.strings = character())
  for (column in numbers) table[[column]] <- suppressWarnings(as.numeric(table[[column]]))
  table
}
records <- read("records.csv")
outcomes <- read("dictionary.csv")
arms <- read("arms.csv")
contexts <- read("contexts.csv")
cells <- read("cells.csv", c("classes", "n", "mean", "m2"))
totals <- read("totals.csv", c("allocated", "measured", "joined_late", "unsaid", "baseline_n", "baseline_mean", "baseline_m2"))
doses <- read("doses.csv", c("minutes_a_week", "weeks", "as_planned_percent", "weeks_logged", "minutes"))
claimed <- read("figures.csv", "value")

found <- list()
say <- function(about, name, value, measure = "", wave = "", arm = "", subgroup = "")
  found[[length(found) + 1]] <<- data.frame(about, measure, wave, arm, subgroup, name, computed = value)

# Numbers of pupils, means and sums of squared deviations of several classes together
together <- function(n, mean, m2) { N <- sum(n); m <- sum(n * mean) / N; list(n = N, mean = m, m2 = sum(m2) + sum(n * (mean - m)^2)) }
J <- function(df) exp(lgamma(df / 2) - log(df / 2) / 2 - lgamma((df - 1) / 2))   # Hedges (1981)
hedges <- function(t, c) {
  s <- sqrt((t$m2 + c$m2) / (t$n + c$n - 2)); d <- (t$mean - c$mean) / s; g <- J(t$n + c$n - 2) * d
  list(s = s, d = d, g = g, v = 1 / t$n + 1 / c$n + g^2 / (2 * (t$n + c$n)))
}
# How alike pupils of a class are: analysis of variance within groups, classes that were pooled before left out
icc <- function(groups) {
  groups <- Filter(nrow, lapply(groups, function(g) g[g$classes == 1, ]))
  k <- sum(sapply(groups, nrow)); a <- length(groups); N <- sum(sapply(groups, function(g) sum(g$n)))
  if (k <= a || N <= k) return(NULL)
  between <- sum(sapply(groups, function(g) together(g$n, g$mean, 0)$m2)) / (k - a)
  within <- sum(sapply(groups, function(g) sum(g$m2))) / (N - k)
  n0 <- (N - sum(sapply(groups, function(g) sum(g$n^2) / sum(g$n)))) / (k - a)
  (between - within) / (between + (n0 - 1) * within)
}

# One trial's outcome: Hedges' g, put right for pupils of a class being alike (Hedges 2007)
trial <- function(record) {
  comparison <- arms$arm[arms$record == record$record & arms$comparison == "yes"]
  for (o in which(outcomes$record == record$record)) for (arm in arms$arm[arms$record == record$record & arms$comparison == "no"])
    for (subgroup in unique(c("", cells$subgroup[cells$record == record$record]))) {
      of <- function(table, a) table[table$record == record$record & table$measure == outcomes$measure[o] & table$wave == outcomes$wave[o] & table$arm == a & table$subgroup == subgroup, ]
      t <- of(cells, arm); c <- of(cells, comparison)
      if (nrow(t) == 0 || nrow(c) == 0) next
      tell <- function(name, value) say(record$record, name, value, outcomes$measure[o], outcomes$wave[o], arm, subgroup)
      tt <- together(t$n, t$mean, t$m2); cc <- together(c$n, c$mean, c$m2); h <- hedges(tt, cc); N <- tt$n + cc$n
      tell("treated", tt$n); tell("compared", cc$n); tell("difference", tt$mean - cc$mean); tell("pooled-sd", h$s)
      if (record$method == "unadjusted/1") { g <- h$g; se <- sqrt(h$v); df <- N - 2; q <- qnorm(.975) }
      else {
        rho <- icc(list(t, c))
        rho <- if (is.null(rho)) { if (outcomes$attainment[o] == "yes") .2 else .1 } else max(0, rho)
        sizes <- c(t$n, c$n); n <- mean(sizes); cv <- sd(sizes) / n
        A <- (N - 2) * (1 - rho)^2 + n * (N - 2 * n) * rho^2 + 2 * (N - 2 * n) * rho * (1 - rho); B <- N - 2 - 2 * (n - 1) * rho
        df <- B^2 / A; d <- h$d * sqrt(B / (N - 2)); g <- J(df) * d; deff <- 1 + ((cv^2 + 1) * n - 1) * rho
        se <- sqrt((1 / tt$n + 1 / cc$n) * deff + ((1 - 3 / (4 * df - 1)) * d)^2 / (2 * df)); q <- qt(.975, df)
        tell("intraclass-correlation", rho); tell("design-effect", deff)
      }
      tell("g", g); tell("standard-error", se); tell("low", g - q * se); tell("high", g + q * se); tell("degrees-of-freedom", df)
      bt <- of(totals, arm); bc <- of(totals, comparison)
      if (bt$baseline_n > 1 && bc$baseline_n > 1)
        tell("baseline-g", hedges(list(n = bt$baseline_n, mean = bt$baseline_mean, m2 = bt$baseline_m2), list(n = bc$baseline_n, mean = bc$baseline_mean, m2 = bc$baseline_m2))$g)
      if (outcomes$primary[o] == "yes" && subgroup == "") {
        if (bt$unsaid + bc$unsaid == 0 && bt$allocated > 0 && bc$allocated > 0) {
          there <- c(bt$measured - bt$joined_late, bc$measured - bc$joined_late); given <- c(bt$allocated, bc$allocated)
          tell("lost", 1 - sum(there) / sum(given)); tell("lost-difference", abs(diff(there / given)))
        }
        if (arm == arms$arm[arms$record == record$record & arms$comparison == "no"][1])
          effects[[record$record]] <<- c(g = if (outcomes$direction[o] == "lower-is-better") -g else g, v = se^2)
      }
    }
}

# The variance between places by restricted maximum likelihood, then Knapp and Hartung (2003)
reml <- function(y, v, X = matrix(1, length(y))) {
  at <- function(t) { w <- 1 / (v + t); V <- solve(t(X) %*% (w * X)); P <- diag(w) - (w * X) %*% V %*% t(w * X); list(V = V, P = P, b = V %*% t(X) %*% (w * y)) }
  score <- function(t) { P <- at(t)$P; Py <- P %*% y; sum(Py^2) - sum(diag(P)) }
  high <- 1; while (score(high) > 0) high <- 2 * high
  tau2 <- if (score(0) <= 0) 0 else uniroot(score, c(0, high), tol = 1e-16, maxiter = 1000)$root
  fit <- at(tau2); df <- length(y) - ncol(X)
  list(b = fit$b, se = sqrt(diag(fit$V) * sum(y * (fit$P %*% y)) / df), df = df, tau2 = tau2, q = sum(y * (at(0)$P %*% y)))
}
pool <- function(about, y, v, prefix = "") {
  if (length(y) < 3) return()
  fit <- reml(y, v); w <- 1 / v; typical <- fit$df / (sum(w) - sum(w^2) / sum(w)); t <- qt(.975, fit$df)
  tell <- function(name, value) say(about, paste0(prefix, name), value)
  tell("pooled", length(y)); tell("mean", fit$b[1]); tell("standard-error", fit$se[1]); tell("low", fit$b[1] - t * fit$se[1]); tell("high", fit$b[1] + t * fit$se[1])
  tell("tau2", fit$tau2); tell("i2", 100 * fit$tau2 / (fit$tau2 + typical)); tell("q", fit$q)
  if (length(y) < 5) return()
  next_sd <- sqrt(fit$tau2 + fit$se[1]^2)
  tell("next-low", fit$b[1] - t * next_sd); tell("next-high", fit$b[1] + t * next_sd); tell("next-chance-of-benefit", pt(fit$b[1] / next_sd, fit$df))
}

# A study from elsewhere: every school has its own level and pupils of a class are alike, fitted by restricted maximum likelihood to the classes
study <- function(record) {
  o <- which(outcomes$record == record$record)[1]; all <- cells[cells$record == record$record, ]
  treated <- arms$arm[arms$record == record$record & arms$comparison == "no"][1]; comparison <- arms$arm[arms$record == record$record & arms$comparison == "yes"]
  all <- all[all$arm %in% c(treated, comparison), ]; sign <- if (outcomes$direction[o] == "lower-is-better") -1 else 1
  X <- cbind(as.numeric(all$arm == treated), sapply(unique(all$school), function(school) as.numeric(all$school == school))); N <- sum(all$n)
  at <- function(r) {
    w <- all$n / (1 + all$n * r); M <- solve(t(X) %*% (w * X)); b <- M %*% t(X) %*% (w * all$mean); e <- all$mean - X %*% b; rss <- sum(all$m2) + sum(w * e^2)
    list(b = b[1], se = sqrt(M[1, 1] * rss / (N - ncol(X))), score = -(N - ncol(X)) * sum(w^2 * e^2) / rss + sum(w) - sum(diag(M %*% t(X) %*% (w^2 * X))))
  }
  high <- 1; while (at(high)$score < 0) high <- 2 * high
  r <- if (at(0)$score >= 0) 0 else uniroot(function(r) at(r)$score, c(0, high), tol = 1e-16, maxiter = 1000)$root
  fit <- at(r); of <- function(a, table = all) { x <- table[table$arm == a, ]; together(x$n, x$mean, x$m2) }; s <- hedges(of(treated), of(comparison))$s
  tell <- function(name, value) say(record$record, name, value)
  tell("difference", fit$b); tell("standard-error", fit$se); tell("low", fit$b - qnorm(.975) * fit$se); tell("high", fit$b + qnorm(.975) * fit$se)
  tell("pooled-sd", s); tell("in-standard-deviations", fit$b / s); tell("intraclass-correlation-within-schools", r / (1 + r))
  alike <- icc(list(all[all$arm == treated, ], all[all$arm == comparison, ])); if (!is.null(alike)) tell("intraclass-correlation", alike)
  schools <- Filter(function(x) all(c(treated, comparison) %in% x$arm), split(all, all$school))
  each <- lapply(schools, function(x) hedges(of(treated, x), of(comparison, x))); each <- Filter(function(e) is.finite(e$g) && is.finite(e$v), each)
  pool(record$record, sign * sapply(each, function(e) e$g), sapply(each, function(e) e$v), "unadjusted-")
  if (record$counts == "yes") effects[[record$record]] <<- c(g = sign * fit$b / s, v = (fit$se / s)^2)
}

# What was delivered of what was planned, a week without a record being nothing
if (nrow(doses) > 0) for (one in split(doses, paste(doses$record, doses$arm, sep = "\n"))) if (sum(one$weeks_logged) > 0) {
  planned <- one$minutes_a_week * one$weeks
  say(one$record[1], "dose-delivered", sum(pmin(one$minutes, planned)) / sum(planned), arm = one$arm[1])
  say(one$record[1], "schools-as-planned", mean(100 * one$minutes >= one$as_planned_percent * planned), arm = one$arm[1])
}

effects <- list()
for (i in seq_len(nrow(records))) {
  record <- records[i, ]
  if (record$computed == "no") {   # results that are withheld: taken as they were signed
    own <- claimed[claimed$about == record$record & claimed$subgroup == "", ]; o <- which(outcomes$record == record$record & outcomes$primary == "yes")
    own <- own[own$measure == outcomes$measure[o] & own$wave == outcomes$wave[o], ]
    if ("g" %in% own$name) effects[[record$record]] <- c(g = own$value[own$name == "g"][1] * (if (outcomes$direction[o] == "lower-is-better") -1 else 1), v = own$value[own$name == "standard-error"][1]^2)
  } else if (record$computed == "yes") { if (record$kind == "trial") trial(record) else study(record) }
}
if (length(effects) > 0) pool("all-trials", sapply(effects, function(e) e["g"]), sapply(effects, function(e) e["v"]))
for (dimension in unique(contexts$dimension)) {
  one <- contexts[contexts$dimension == dimension, ]; levels <- sort(unique(one$level), method = "radix")
  y <- sapply(effects[one$trial], function(e) e["g"]); v <- sapply(effects[one$trial], function(e) e["v"])
  for (level in levels) pool(paste0(dimension, ": ", level), y[one$level == level], v[one$level == level])
  if (length(levels) == 2 && all(table(one$level) >= 3)) {
    fit <- reml(y, v, cbind(1, one$level == levels[2])); half <- qt(.975, fit$df) * fit$se[2]
    say(dimension, "apart", -fit$b[2]); say(dimension, "apart-low", -fit$b[2] - half); say(dimension, "apart-high", -fit$b[2] + half)
  }
}

found <- if (length(found) > 0) do.call(rbind, found) else data.frame(about = character(), measure = character(), wave = character(), arm = character(), subgroup = character(), name = character(), computed = numeric())
both <- merge(claimed, found, all.x = TRUE)
both$off <- abs(both$value - both$computed) / pmax(1, abs(both$value))
print(both[, c("about", "subgroup", "name", "value", "computed")], digits = 10, row.names = FALSE)
cat(sprintf("%d of %d figures computed again; the largest difference is %.1e.\n", sum(!is.na(both$off)), nrow(both), max(0, both$off, na.rm = TRUE)))
if (any(both$off > 1e-8, na.rm = TRUE)) quit(status = 1)
