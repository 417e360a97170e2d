// Stands in for packages that `@huggingface/transformers` imports and Tsuzuki never calls: sharp (images) and
// onnxruntime-web (browsers).
module.exports = {};
