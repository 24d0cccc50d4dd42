// NLP.js on the lesson that standard input holds; see outside.py for what is read and printed.
const { readFileSync } = require("fs");
const { NlpManager } = require("node-nlp");

async function main() {
  const lesson = JSON.parse(readFileSync(0, "utf8"));
  const manager = new NlpManager({ languages: ["en"], autoSave: false, nlu: { log: false } });
  lesson.texts.forEach((text, place) => manager.addDocument("en", text, lesson.labels[place]));
  const start = performance.now();
  await manager.train();
  const learned = performance.now() - start;

  const chances = [];
  const times = [];
  for (const text of lesson.asked) {
    const asked = performance.now();
    const { intent: best, classifications } = await manager.process("en", text);
    times.push(performance.now() - asked);
    const named = classifications.filter(({ intent }) => intent !== "None");
    chances.push(best === "None" ? {} : Object.fromEntries(named.map(({ intent, score }) => [intent, score])));
  }
  times.sort((one, other) => one - other);
  const milliseconds = times[Math.floor(times.length / 2)];
  console.log(JSON.stringify({ chances, learn_seconds: learned / 1000, milliseconds }));
}

main();
