/// Something that an output does not say of its pictures, though the input does.
struct FactLoss {
  /// What it is about; each is said once.
  let topic: String
  /// In words.
  let text: String

  init(_ topic: String, _ text: String) {
    self.topic = topic
    self.text = text
  }
}
